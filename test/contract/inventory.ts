import { describe, expect, it } from '@jest/globals';
import { namePattern } from '../../src/core/device.js';
import type { InventoryEdit } from '../../src/core/inventory-edit.js';
import type { Inventory } from '../../src/ports/inventory.js';

/** What the contract needs of an adapter that holds at least one good device. */
export interface InventorySubject {
  readonly inventory: Inventory;
  /** `false` where the source is not ours to write. */
  readonly editable: boolean;
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
          expect(['file', 'environment', 'client']).toContain(origin);
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

    const { signal } = new AbortController();
    const add = (device: string, settings: object = {}): InventoryEdit => ({
      edit: 'add',
      device,
      settings: { host: '10.0.0.5', ...settings },
    });
    const fingerprint = `SHA256:${'a'.repeat(43)}`;

    it('edits, has the new devices when that is done, and tells listeners', () =>
      using(async ({ inventory, editable }) => {
        let heard = 0;
        inventory.onChange(() => heard++);
        const edit = (...edits: InventoryEdit[]): Promise<void> => inventory.edit(edits, signal);
        if (!editable) {
          await expect(edit(add('a'))).rejects.toMatchObject({ kind: 'unsupported', hint: expect.any(String) });
          expect([inventory.devices().length, heard]).toEqual([1, 0]);
          return;
        }
        await edit(add('a', { port: 22, user: 'jet', labels: { site: 'lab' }, groups: ['g'] }), add('b'));
        expect(inventory.devices().map(({ name }) => name)).toEqual(['jetson', 'a', 'b']);
        expect(inventory.devices()[1]).toMatchObject({
          host: '10.0.0.5',
          settings: { port: 22, user: 'jet' },
          labels: { site: 'lab' },
          groups: ['g'],
          origin: 'client',
        });
        await edit({ edit: 'trust', device: 'a', fingerprint }, { edit: 'remove', device: 'b' });
        expect(inventory.devices().map(({ settings }) => settings.hostKeys)).toEqual([undefined, { fingerprint }]);
        await edit({
          edit: 'set',
          device: 'a',
          settings: { user: 'ada', labels: { site: null, bay: '7' }, groups: [] },
        });
        expect(inventory.devices()[1]).toMatchObject({
          settings: { user: 'ada', hostKeys: { fingerprint } },
          groups: [],
        });
        expect(inventory.devices()[1]?.labels).toEqual({ bay: '7' });
        await edit(
          { edit: 'set', device: 'a', settings: { host: 'h' } },
          { edit: 'set', device: 'jetson', settings: { port: 23 } },
        );
        expect(inventory.devices().map(({ settings, origin }) => [settings, origin])).toEqual([
          [{ port: 23 }, 'client'],
          [{ port: 22, user: 'ada' }, 'client'],
        ]);
        expect(heard).toBe(4);
      }));

    it('does all edits of a call or none, and none after an abort', () =>
      using(async ({ inventory, editable }) => {
        const names = (): string =>
          inventory
            .devices()
            .map(({ name }) => name)
            .join();
        const wrong: InventoryEdit[] = [add('jetson'), add('all'), { edit: 'remove', device: 'gone' }];
        for (const bad of editable ? wrong : []) {
          await expect(inventory.edit([add('a'), bad], signal)).rejects.toMatchObject({ kind: 'invalid_input' });
          expect(names()).toBe('jetson');
        }
        await expect(inventory.edit([add('a')], AbortSignal.abort())).rejects.toMatchObject({
          kind: editable ? 'cancelled' : 'unsupported',
        });
        expect(names()).toBe('jetson');
      }));
  });
}
