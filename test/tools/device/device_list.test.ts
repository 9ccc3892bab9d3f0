import { describe, expect, it } from '@jest/globals';
import type { DeviceEntry, DeviceState } from '../../../src/core/device.js';
import { Failure } from '../../../src/core/errors.js';
import { addressOf } from '../../../src/core/kept-facts.js';
import type { Member } from '../../../src/ports/tool.js';
import { DeviceList } from '../../../tools/device/device_list.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';

const tool = new DeviceList();
const seen: DeviceState = {
  online: true,
  facts: { module: 'orin-nano-8gb', l4t: '36.4.7', serial: '1' },
  lastSeenMs: Date.UTC(2026, 10, 20, 6),
};
const gone: DeviceState = { online: false, facts: {} };

function member(
  name: string,
  state: DeviceState | undefined,
  learnt = state,
  more: Partial<DeviceEntry> = {},
): Member & { asked: number } {
  const entry = deviceEntry(name, { labels: { site: 'lab' }, groups: ['robots'], ...more });
  const made = {
    entry,
    state,
    device: new FakeDevice(name),
    asked: 0,
    learn: async () => (made.asked++, Promise.resolve(learnt)),
  };
  return made;
}
const list = async (members: readonly Member[], args: object = {}, call = fakeCall()) =>
  tool.spec.output.parse(await tool.readAll(tool.spec.input.parse(args), members, call));

describe('device_list', () => {
  it('lists what is known, and asks nobody', async () => {
    const members = [member('a', seen), member('b', gone), member('c', undefined, seen)];
    const found = await list(members);
    expect(members.map(({ asked }) => asked)).toEqual([0, 0, 0]);
    expect(found).toMatchObject({ total: 3, online: 1, offline: 1, notAsked: 1 });
    expect(found.devices[0]).toEqual({
      name: 'a',
      host: members[0]?.entry.host,
      state: 'online',
      lastSeen: '2026-11-20T06:00:00.000Z',
      module: 'orin-nano-8gb',
      l4t: '36.4.7',
      serial: '1',
      labels: { site: 'lab' },
      groups: ['robots'],
    });
    expect(found.devices[2]).toMatchObject({ name: 'c', state: 'not_asked' });
    expect(found.devices[2]).not.toHaveProperty('lastSeen');
  });

  it('shows what a device reported to an earlier process, with its time, where it has told nothing to this one', async () => {
    const call = fakeCall();
    const members = [member('a', seen), member('b', gone), member('c', undefined), member('moved', undefined)];
    const atMs = Date.UTC(2026, 10, 19);
    const reported = members.map(({ entry }) => ({
      device: entry.name,
      address: entry.name === 'moved' ? '["elsewhere",null,null]' : addressOf(entry),
      facts: { module: 'agx-orin-64gb', l4t: '36.4.3' },
      atMs,
    }));
    await call.store.facts.put(reported);
    const told = { module: 'agx-orin-64gb', l4t: '36.4.3', factsFrom: '2026-11-19T00:00:00.000Z' };
    const { devices, notAsked } = await list(members, {}, call);
    expect(notAsked).toBe(2);
    expect(devices[0]).toMatchObject({ module: 'orin-nano-8gb', l4t: '36.4.7' });
    expect(devices[0]).not.toHaveProperty('factsFrom');
    expect(devices[1]).toMatchObject({ state: 'offline', ...told });
    expect(devices[2]).toMatchObject({ state: 'not_asked', ...told });
    expect(devices[3]).not.toHaveProperty('module');
    expect(devices.slice(1).flatMap((row) => row.lastSeen ?? [])).toEqual([]);
  });

  it('lists without what was reported earlier where the store fails, and does not look there without need', async () => {
    const call = fakeCall();
    let asked = 0;
    call.store.facts.list = () => (asked++, Promise.reject(new Failure('unsupported', 'The store is broken.')));
    expect((await list([member('a', seen)], {}, call)).total).toBe(1);
    expect(asked).toBe(0);
    expect((await list([member('a', seen), member('c', undefined)], {}, call)).devices).toHaveLength(2);
    expect(asked).toBe(1);
  });

  it('asks every device with `check`', async () => {
    const members = [member('a', undefined, seen), member('b', undefined, gone)];
    expect(await list(members, { check: true })).toMatchObject({ online: 1, offline: 1, notAsked: 0 });
    expect(members.map(({ asked }) => asked)).toEqual([1, 1]);
  });

  it('goes through a large fleet page by page, each device once', async () => {
    const members = Array.from({ length: 95 }, (_, n) => member(`nano-${n}`, seen));
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await list(members, { limit: 40, ...(after !== undefined && { after }) });
      names.push(...page.devices.map(({ name }) => name));
      after = page.next;
    } while (after !== undefined);
    expect(names).toEqual(members.map(({ entry }) => entry.name));
  });

  it('tells boards behind one address apart by their ports', async () => {
    const at = (name: string, settings: object, defaults = {}): Member =>
      member(name, seen, seen, { host: 'nat.example', settings, defaults });
    const { devices } = await list([
      at('a', { port: 2201 }),
      at('b', {}, { port: 2202 }),
      at('c', { port: 22 }, { port: 9 }),
      at('d', {}),
    ]);
    expect(devices.map(({ port }) => port)).toEqual([2201, 2202, undefined, undefined]);
    expect(devices[2]).not.toHaveProperty('port');
  });

  it('refuses to go on after a device that is not among the selected', async () => {
    await expect(list([member('a', seen)], { after: 'zzz-nope' })).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining('no device of that name'),
      hint: expect.stringContaining('Leave out'),
    });
  });

  it('answers for an empty selection and refuses stray arguments', async () => {
    expect(await list([])).toEqual({ total: 0, online: 0, offline: 0, notAsked: 0, devices: [] });
    expect(tool.spec.input.safeParse({ fresh: true }).success).toBe(false);
    expect(tool.spec.input.safeParse({ limit: 0 }).success).toBe(false);
  });
});
