import { describe, expect, it } from '@jest/globals';
import { replyText } from '../../src/core/reply/text.js';
import type { FleetTool, ReadTool } from '../../src/ports/tool.js';
import { DeviceDescribe } from '../../tools/device/device_describe.js';
import { DeviceList } from '../../tools/device/device_list.js';
import { ServiceList } from '../../tools/system/service_list.js';
import { ServiceStatus } from '../../tools/system/service_status.js';
import { SystemLogs } from '../../tools/system/system_logs.js';
import { SystemNetwork } from '../../tools/system/system_network.js';
import { SystemProcesses } from '../../tools/system/system_processes.js';
import { SystemStorage } from '../../tools/system/system_storage.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../fakes/fake-device.js';
import { deviceEntry } from '../fakes/fake-inventory.js';
import { keys, orinNano, runs } from './orin-nano-board.js';

/** Four thousand tokens at four characters each, of text and structured content together. */
const mostChars = 16_000;

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const longName = (n: number): string => `very-long-unit-name-of-a-robot-${String(n).padStart(4, '0')}`;

const logEntry = (n: number): string =>
  JSON.stringify({
    __CURSOR: `s=0a;i=${n.toString(16)}`,
    __REALTIME_TIMESTAMP: String(Date.UTC(2026, 10, 20, 6) * 1000 + n),
    MESSAGE: `${n} ${'a "b" c '.repeat(60)}`,
    _SYSTEMD_UNIT: 'a.service',
  });
const show = 'LoadState=loaded\nActiveState=active\nSubState=running\n';

/** A board with far more of everything than a board has. */
const crowded: FakeBoard = {
  ...orinNano,
  runs: {
    ...runs,
    [keys.ip]: {
      text: many(
        60,
        (n) =>
          `${n + 1}: enp${n}s0f${n}np${n}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000\n` +
          `    link/ether 3c:6d:66:00:00:${(n + 16).toString(16)} brd ff:ff:ff:ff:ff:ff\n` +
          `    inet 10.${n}.0.1/24 brd 10.${n}.0.255 scope global dynamic noprefixroute enp${n}s0f${n}np${n}\n` +
          `    inet6 fe80::3e6d:66ff:fe00:${n}/64 scope link\n`,
      ).join(''),
    },
    [keys.df]: {
      text:
        'Type 1B-blocks Used Avail Inodes IUsed Filesystem Mounted on\n' +
        many(200, (n) => `ext4 250000000000 90000000000 160000000000 15000000 300000 /dev/sd${n} /mnt/disk${n}\n`).join(
          '',
        ),
    },
    [keys.lsblk]: {
      text: JSON.stringify({
        blockdevices: many(200, (n) => ({ name: `sd${n}`, type: 'disk', size: 1e12, model: 'A disk of many' })),
      }),
    },
    [keys.ps]: {
      text: many(900, (n) => `${n + 10} 1 someuser  Sl 42 3145728 1800 12.5 ${longName(n).slice(0, 15)}\n`).join(''),
    },
    [keys.units]: {
      text: many(
        900,
        (n) => `${longName(n)}.service loaded active running The service number ${n} of this robot\n`,
      ).join(''),
    },
    [keys.unitFiles]: { text: many(900, (n) => `${longName(n)}.service enabled enabled\n`).join('') },
  },
  programs: {
    journalctl: () => ({ text: many(1000, logEntry).join('\n') }),
    systemctl: () => ({ text: show }),
  },
};

/** What a client gets for one device's data. */
function charsOf(devices: readonly string[], data: unknown): number {
  const reply = { summary: { ok: devices.length, failed: 0, skipped: 0 }, groups: [{ devices: [...devices], data }] };
  return JSON.stringify(reply).length + replyText(reply, '0123456789ab').length;
}

async function read(tool: ReadTool, args: object): Promise<Record<string, unknown>> {
  const parsed = tool.spec.input.parse(args);
  const data = tool.spec.output.parse(await tool.read(parsed, new FakeDevice('crowded', crowded), fakeCall()));
  expect(charsOf(['crowded'], data)).toBeLessThan(mostChars);
  return data;
}

const named = (rows: readonly [ReadTool, object][]) =>
  rows.map(([tool, args]) => [tool.spec.name, args, tool] as const);

describe('an answer about a crowded board fits', () => {
  it.each(
    named([
      [new SystemLogs() as unknown as ReadTool, {}],
      [new SystemLogs() as unknown as ReadTool, { limit: 500, grep: 'b' }],
      [new SystemProcesses() as unknown as ReadTool, { sort: 'memory', limit: 100 }],
      [new ServiceList() as unknown as ReadTool, {}],
      [new ServiceList() as unknown as ReadTool, { limit: 500 }],
      [new ServiceStatus() as unknown as ReadTool, { unit: 'a', lines: 100 }],
      [new SystemNetwork() as unknown as ReadTool, {}],
      [new SystemStorage() as unknown as ReadTool, {}],
      [new DeviceDescribe() as unknown as ReadTool, {}],
    ]),
  )('%s %j', async (_name, args, tool) => {
    await read(tool, args);
  });

  it('and says what it left out', async () => {
    const why = async (tool: unknown, args: object = {}): Promise<unknown> =>
      (await read(tool as ReadTool, args))['notRead'];
    const gap = (what: string): unknown => expect.arrayContaining([expect.objectContaining({ what })]);
    expect(await why(new SystemProcesses(), { sort: 'memory', limit: 100 })).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: expect.stringMatching(/^\d+ processes$/) })]),
    );
    expect(await why(new SystemStorage())).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: expect.stringMatching(/^\d+ file systems$/) })]),
    );
    expect(await why(new ServiceStatus(), { unit: 'a', lines: 100 })).toEqual(gap('older lines'));
  });

  it.each<[string, ReadTool, object, (data: Record<string, unknown>) => string[], number]>([
    [
      'services',
      new ServiceList(),
      { limit: 500 },
      ({ services }) => (services as { unit: string }[]).map(({ unit }) => unit),
      900,
    ],
    ['interfaces', new SystemNetwork(), {}, ({ interfaces }) => Object.keys(interfaces as object), 60],
  ])('and the %s are paged, each once', async (_what, tool, args, namesOf, count) => {
    const names: string[] = [];
    let after: string | undefined;
    do {
      const data = await read(tool, { ...args, ...(after !== undefined && { after }) });
      names.push(...namesOf(data));
      after = data['next'] as string | undefined;
    } while (after !== undefined);
    expect(names).toHaveLength(count);
    expect(new Set(names).size).toBe(count);
  });

  it('refuses to go on after an interface that is not there', async () => {
    const device = new FakeDevice('crowded', crowded);
    const asked = new SystemNetwork().read({ after: 'nope0' }, device, fakeCall());
    await expect(asked).rejects.toMatchObject({ kind: 'invalid_input' });
  });
});

describe('device_list fits', () => {
  const tool = new DeviceList() as unknown as FleetTool;
  const labels = {
    site: 'warehouse-north-hamburg',
    customer: 'a company with a long name',
    vehicle: 'autonomous forklift 12',
  };
  const fleet = (count: number, name: (n: number) => string) =>
    many(count, (n) => {
      const device = name(n);
      const entry = deviceEntry(device, { host: `${device}.robots.example.com`, labels, groups: ['robots', 'indoor'] });
      const facts = { module: 'orin-nano-8gb', l4t: '36.4.7', jetpack: '6.2.1', serial: '1423624000001' };
      const state = { online: true, facts, lastSeenMs: Date.UTC(2026, 10, 20) };
      return { entry, state, device: new FakeDevice(device), learn: () => Promise.resolve(state) };
    });

  it.each<[string, number, (n: number) => string, object]>([
    ['60 devices with long labels', 60, (n) => `orin-${n}`, {}],
    ['200 devices', 200, (n) => `orin-${String(n).padStart(3, '0')}`, { check: true, limit: 200 }],
    ['200 devices with names of their own', 200, (n) => `robot-${n * 7919}-x`, { limit: 200 }],
  ])('%s, each once', async (_what, count, name, args) => {
    const members = fleet(count, name);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const parsed = tool.spec.input.parse({ ...args, ...(after !== undefined && { after }) });
      const data = tool.spec.output.parse(await tool.readAll(parsed, members, fakeCall()));
      const all = members.map(({ entry }) => entry.name);
      expect(charsOf(all, data)).toBeLessThan(mostChars);
      names.push(...(data['devices'] as { name: string }[]).map((row) => row.name));
      after = data['next'] as string | undefined;
    } while (after !== undefined);
    expect(names).toEqual(members.map(({ entry }) => entry.name));
  });
});
