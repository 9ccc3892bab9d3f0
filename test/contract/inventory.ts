import { describe, expect, it } from '@jest/globals';
import { namePattern } from '../../src/core/device.js';
import type { Inventory } from '../../src/ports/inventory.js';

/** What the contract needs of an adapter that holds at least one good device. */
export interface InventorySubject {
  readonly inventory: Inventory;
  /** Makes the source list exactly the devices of these names; undefined where a source cannot change. */
  readonly rewrite: ((names: readonly string[]) => Promise<void> | void) | undefined;
  close(): void;
}

/** What every inventory promises. `make` gives one with a single good device named `jetson`, and no problem. */
export function inventoryContract(make: () => Promise<InventorySubject> | InventorySubject): void {
  const using = async (body: (subject: InventorySubject) => Promise<void> | void): Promise<void> => {
    const subject = await make();
    try {
      await body(subject);
    } finally {
      subject.close();
    }
  };

  describe('as an inventory', () => {
    it('lists complete entries', () =>
      using(({ inventory }) => {
        expect(inventory.problems()).toEqual([]);
        expect(inventory.devices().map(({ name }) => name)).toEqual(['jetson']);
        for (const { name, host, settings, defaults, labels, groups, origin } of inventory.devices()) {
          expect(name).toMatch(namePattern);
          expect(host).not.toBe('');
          expect([typeof settings, typeof defaults, typeof labels, Array.isArray(groups)]).toEqual([
            'object',
            'object',
            'object',
            true,
          ]);
          expect(['file', 'environment']).toContain(origin);
        }
      }));

    it('says where devices come from, and where a file would be looked for', () =>
      using(({ inventory }) => {
        expect(inventory.source()).toMatch(/./);
        expect(inventory.expectedPath()).toMatch(/./);
      }));

    it('tells listeners of a change until they stop, each registration for itself', () =>
      using(async ({ inventory, rewrite }) => {
        const heard: string[] = [];
        const listener = (): void =>
          void heard.push(
            inventory
              .devices()
              .map(({ name }) => name)
              .join(),
          );
        const stops = [inventory.onChange(listener), inventory.onChange(listener)];
        await rewrite?.(['jetson', 'second']);
        expect(heard).toEqual(rewrite === undefined ? [] : ['jetson,second', 'jetson,second']);
        stops[0]!();
        stops[0]!();
        await rewrite?.([]);
        expect(heard).toHaveLength(rewrite === undefined ? 0 : 3);
        stops[1]!();
        await rewrite?.(['jetson']);
        expect(heard).toHaveLength(rewrite === undefined ? 0 : 3);
      }));
  });
}
