import { describe } from '@jest/globals';
import { inventoryContract } from '../../contract/inventory.js';
import { deviceEntry, FakeInventory } from '../../fakes/fake-inventory.js';

describe('FakeInventory', () => {
  inventoryContract(() => {
    const inventory = new FakeInventory('jetson');
    return {
      inventory,
      editable: true,
      rewrite: (names) => inventory.change({ devices: names.map((name) => deviceEntry(name)) }),
      close: () => undefined,
    };
  });
});
