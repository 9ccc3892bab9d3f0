import type { DeviceEntry, DeviceState } from '../../src/core/device.js';
import type { InventoryEdit } from '../../src/core/inventory-edit.js';
import type { InventoryDesk, Member } from '../../src/ports/tool.js';
import { FakeDevice, type FakeBoard } from './fake-device.js';
import { FakeInventory } from './fake-inventory.js';

interface FakeDeskOptions {
  /** What every device is. */
  readonly board?: FakeBoard;
  /** What is known of every device. */
  readonly state?: DeviceState;
  /** Names of the selected devices; all where absent. */
  readonly selected?: readonly string[];
}

/** A desk over a fake inventory. Each edit that is done is kept. */
export class FakeDesk implements InventoryDesk {
  readonly edits: InventoryEdit[] = [];
  readonly inventory: FakeInventory;
  readonly devices: readonly FakeDevice[];
  readonly members: readonly Member[];

  constructor(entries: readonly (DeviceEntry | string)[], { board, state, selected }: FakeDeskOptions = {}) {
    this.inventory = new FakeInventory(...entries);
    const chosen = this.inventory.devices().filter(({ name }) => selected?.includes(name) ?? true);
    this.devices = chosen.map(({ name }) => new FakeDevice(name, board));
    const learn = (): Promise<DeviceState | undefined> => Promise.resolve(state);
    this.members = this.devices.map((device, i) => ({ entry: chosen[i]!, state, device, learn }));
  }

  get entries(): readonly DeviceEntry[] {
    return this.inventory.devices();
  }

  async edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void> {
    await this.inventory.edit(edits, signal);
    this.edits.push(...edits);
  }
}
