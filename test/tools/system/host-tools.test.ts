import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { SystemInfo } from '../../../tools/system/system_info.js';
import { SystemNetwork } from '../../../tools/system/system_network.js';
import { SystemProcesses } from '../../../tools/system/system_processes.js';
import { SystemStorage } from '../../../tools/system/system_storage.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { files, keys, orinNano, runs } from '../orin-nano-board.js';

const du = 'timeout 10 du -x -B1 -d 1 -- /';
const filled = { [du]: { text: '9000\t/home\n4000\t/var\n20000\t/\n', exitCode: 1 } };
const board = (change: FakeBoard = {}): FakeDevice => new FakeDevice('nano-01', { ...orinNano, ...change });
const bare = new FakeDevice('bare', { missing: ['df', 'lsblk', 'ps', 'top', 'ip'] });

describe('system_info', () => {
  const tool = new SystemInfo();

  it('reads files only, in one exchange', async () => {
    const device = board({ runs: {} });
    const found = tool.spec.output.parse(await tool.read({}, device, fakeCall()));
    expect(device.asked).toHaveLength(1);
    expect(found).toEqual({
      hostname: 'nano-01',
      os: 'Ubuntu 22.04.5 LTS',
      kernel: '5.15.148-tegra',
      cpu: { models: ['Cortex-A78AE'], present: 6, online: 4 },
      load: { one: 0.52, five: 0.4, fifteen: 0.31 },
      processes: 412,
      memory: { totalBytes: 7802736 * 1024, availableBytes: 6245596 * 1024, usedPercent: 20 },
      swap: { totalBytes: 3901344 * 1024, usedBytes: 0 },
      uptimeSeconds: 3600,
      bootedAt: '2026-11-20T06:00:00.000Z',
      clock: '2026-11-20T07:00:00.000Z',
      clockOffsetSeconds: 0,
    });
  });

  it.each([
    ['the same clock, asked late in a long exchange', 0, 3000, 0],
    ['a clock one second behind, which whole seconds cannot tell', -1, 0, 0],
    ['a clock ten minutes ahead', 600, 3000, 601],
    ['a clock that was lost', -3600 * 24 * 365, 0, -3600 * 24 * 365 + 1],
  ])('compares clocks: %s', async (_what, aheadSeconds, tookMs, offset) => {
    // The board has been up for 3600.5 s, and its boot time lacks the part of a second.
    const deviceClock = Date.UTC(2026, 10, 20, 7);
    let now = deviceClock - aheadSeconds * 1000 - tookMs / 2;
    const call = { ...fakeCall(), now: () => now };
    const device = board();
    const ask = device.ask.bind(device);
    device.ask = async (probe, signal) => {
      now += tookMs;
      return ask(probe, signal);
    };
    expect((await tool.read({}, device, call)).clockOffsetSeconds).toBe(offset);
  });

  it('leaves out what a device does not give, and says so', async () => {
    const found = tool.spec.output.parse(await tool.read({}, bare, fakeCall()));
    expect(Object.keys(found).sort()).toEqual(['cpu', 'notRead']);
    expect(found.notRead).toHaveLength(10);
    await expect(tool.read({}, board({ failing: new Failure('timeout', 'late') }), fakeCall())).rejects.toMatchObject({
      kind: 'timeout',
    });
  });
});

describe('system_storage', () => {
  const tool = new SystemStorage();
  const read = async (device: FakeDevice, args: object = {}) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));

  it('tells how full it is and warns', async () => {
    const found = await read(board({ runs: { ...runs, ...filled } }));
    expect(found.fileSystems).toMatchObject({
      '/': { usedPercent: 84, inodesUsedPercent: 2, type: 'ext4' },
      '/boot/efi': { usedPercent: 1 },
    });
    expect(found.fileSystems['/boot/efi']).not.toHaveProperty('inodesUsedPercent');
    expect(found.warnings).toEqual([{ level: 'warn', where: '/', says: '84 % of its space is used' }]);
    expect(found.blockDevices.map(({ name, parent }) => [name, parent])).toEqual([
      ['nvme0n1', undefined],
      ['nvme0n1p1', 'nvme0n1'],
    ]);
    expect(found.swap).toEqual([
      { name: '/dev/zram0', kind: 'zram', sizeBytes: 650224 * 1024, usedBytes: 0, priority: 5 },
    ]);
    expect(found.nvme).toEqual({ nvme0: { model: 'Samsung SSD 980', state: 'live' } });
    expect(found.notRead?.[0]).toEqual({ what: '/mnt/models', why: expect.stringContaining('network mount') });
  });

  it('names what fills the fullest file system by itself', async () => {
    const device = board({ runs: { ...runs, ...filled } });
    const found = await read(device);
    expect(found.largest).toEqual([
      { path: '/home', usedBytes: 9000 },
      { path: '/var', usedBytes: 4000 },
    ]);
    expect(device.asked).toEqual(['system_storage', 'disk_use']);
    const roomy = board({ runs: { ...runs, [keys.df]: { text: runs[keys.df]!.text.replace('200000000000', '1') } } });
    expect(await read(roomy)).not.toHaveProperty('largest');
    expect(roomy.asked).toEqual(['system_storage']);
  });

  it('says when measuring took too long, broke off, or had no time left', async () => {
    const stopped = await read(board({ runs: { ...runs, [du]: { text: '9000\t/home\n', exitCode: 124 } } }));
    expect(stopped.largest).toEqual([{ path: '/home', usedBytes: 9000 }]);
    expect(stopped.notRead).toContainEqual({ what: 'some folders', why: expect.stringContaining('out of time') });

    const late = board();
    const ask = late.ask.bind(late);
    late.ask = (probe, signal) =>
      probe.name === 'disk_use' ? Promise.reject(new Failure('timeout', 'late')) : ask(probe, signal);
    const broken = await read(late);
    expect(broken.warnings).toHaveLength(1);
    expect(broken.notRead).toContainEqual({ what: 'largest', why: expect.stringContaining('too long') });

    const hurried = board();
    const call = fakeCall();
    const args = tool.spec.input.parse({});
    const found = await tool.read(args, hurried, { ...call, deadlineMs: call.now() + 14_000 });
    expect(hurried.asked).toEqual(['system_storage']);
    expect(found.notRead).toContainEqual({ what: 'largest', why: expect.stringContaining('no time') });
  });

  it('names what fills it, as far as it may look', async () => {
    const text = '1000\t/var/log\n9000\t/var/lib\n11000\t/var\n';
    const asked = { 'timeout 20 du -x -B1 -d 1 -- /var': { text, exitCode: 1 } };
    const found = await read(board({ runs: { ...runs, ...asked } }), { path: '/var' });
    expect(found.largest).toEqual([
      { path: '/var/lib', usedBytes: 9000 },
      { path: '/var/log', usedBytes: 1000 },
    ]);
    expect(found.notRead?.map(({ what }) => what)).toContain('some folders');
  });

  it.each([
    ['as root where it may', 'password', true, /changed while they were measured/],
    ['as the login user where it may not', 'none', false, /root/],
  ] as const)('measures %s', async (_, sudo, asRoot, why) => {
    const device = board({ sudo, runs: { ...runs, ...filled } });
    const ask = device.ask.bind(device);
    const asked: unknown[] = [];
    device.ask = (probe, signal) => {
      asked.push((probe.reads as { du?: unknown }).du);
      return ask(probe, signal);
    };
    const told = (await read(device)).notRead;
    expect(asked.at(-1)).toMatchObject({ argv: du.split(' '), sudo: asRoot });
    expect(told).toContainEqual({ what: 'some folders', why: expect.stringMatching(why) });
    const whole = { 'timeout 20 du -x -B1 -d 1 -- /': { text: '4\t/a\n9\t/\n' } };
    device.board = { ...device.board, runs: { ...runs, ...whole } };
    expect(await read(device, { largest: true })).toMatchObject({ largest: [{ path: '/a', usedBytes: 4 }] });
    expect(asked.at(-1)).toMatchObject({ sudo: asRoot });
  });

  it('says that a board without an NVMe disk has none', async () => {
    const noNvme = Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('/sys/class/nvme')));
    for (const smart of [
      { text: '', exitCode: 2 },
      { text: '', exitCode: 127 },
    ]) {
      const device = board({ files: noNvme, runs: { ...runs, ...filled, 'nvme smart-log /dev/nvme0': smart } });
      const { notRead } = await read(device, { health: true });
      expect(notRead).toContainEqual({ what: 'NVMe health', why: 'this board has no NVMe disk' });
    }
    const silent = { 'nvme smart-log /dev/nvme0': { text: '', exitCode: 2 } };
    const { notRead } = await read(board({ runs: { ...runs, ...filled, ...silent } }), { health: true });
    expect(notRead).toContainEqual({ what: 'NVMe health', why: 'it gave no answer' });
  });

  it('reads NVMe health only when asked, and says when it may not', async () => {
    const smart =
      'Smart Log for NVME device:nvme0 namespace-id:ffffffff\ncritical_warning : 0\ntemperature : 41 C\npercentage_used : 3%\n';
    const good = await read(board({ runs: { ...runs, ...filled, 'nvme smart-log /dev/nvme0': { text: smart } } }), {
      health: true,
    });
    expect(good.health).toEqual({ criticalWarning: 0, temperatureCelsius: 41, percentageUsedPercent: 3 });
    const refused = await read(board({ sudo: 'none', runs: { ...runs, ...filled } }), { health: true });
    expect(refused).not.toHaveProperty('health');
    expect(refused.notRead).toContainEqual({ what: 'NVMe health', why: expect.stringContaining('root') });
  });

  it('says what is missing on a bare host', async () => {
    const found = await read(bare);
    expect(found).toMatchObject({ fileSystems: {}, warnings: [], blockDevices: [], swap: [] });
    expect(found.notRead?.map(({ why }) => why)).toEqual(['df is not installed', 'lsblk is not installed']);
  });
});

describe('system_processes', () => {
  const tool = new SystemProcesses();
  const read = async (device: FakeDevice, args: object = {}) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));

  it('sorts by CPU of the last second, and leaves out what did the looking', async () => {
    const found = await read(board());
    expect(found.total).toBe(3);
    expect(found.processes.map(({ name, cpuPercent }) => [name, cpuPercent])).toEqual([
      ['llama-server', 186.7],
      ['Web Content', 2],
      ['systemd', undefined],
    ]);
  });

  it('sorts by memory without watching, and counts what the GPU holds where root may look', async () => {
    const nvmap =
      'CLIENT                        PROCESS      PID        SIZE\nuser            Web Content     2002   4194304K\ntotal                                4194304K\n';
    const withGpu = board({
      runs: { [keys.ps]: runs[keys.ps]! },
      files: { ...files, '/sys/kernel/debug/nvmap/iovmm/clients': nvmap },
    });
    expect((await read(withGpu, { sort: 'memory', limit: 1 })).processes).toMatchObject([{ name: 'llama-server' }]);
    const found = await read(withGpu, { sort: 'memory', gpuMemory: true });
    expect(found.processes[0]).toMatchObject({ name: 'Web Content', gpuBytes: 2 ** 32 });
    expect(found.processes[1]).not.toHaveProperty('gpuBytes');
    const refused = await read(board({ sudo: 'none' }), { gpuMemory: true });
    expect(refused.notRead).toEqual([{ what: 'GPU memory by process', why: expect.stringContaining('root') }]);
  });

  it('falls back to the mean where top is missing, and says so', async () => {
    const found = await read(board({ missing: ['top'] }));
    expect(found.processes[0]).toMatchObject({ name: 'Web Content', cpuPercentSinceStart: 50 });
    expect(found.notRead?.[0]?.why).toMatch(/top is not installed/);
    expect((await read(bare)).notRead?.map(({ what }) => what)).toEqual(['processes', 'CPU load now']);
  });
});

describe('system_network', () => {
  const tool = new SystemNetwork();

  it('tells interfaces by kind, the way out and the servers behind the local resolver', async () => {
    const found = tool.spec.output.parse(await tool.read({}, board(), fakeCall()));
    expect(found).toMatchObject({
      interfaces: {
        lo: { kind: 'loopback' },
        eth0: { kind: 'ethernet', state: 'up', speedMbps: 1000, addresses: ['192.168.1.31/24'] },
        wlan0: { kind: 'wifi', state: 'off', carrier: false, signalDbm: -52 },
        usb0: { kind: 'usb', note: expect.stringContaining('identifies none') },
      },
      containerLinks: 1,
      defaultRoute: { interface: 'eth0', gateway: '192.168.1.1', metric: 100 },
      otherDefaultRoutes: ['wlan0'],
      nameServers: ['192.168.1.1'],
    });
    expect(found.interfaces['usb0']).not.toHaveProperty('speedMbps');
    expect(found).not.toHaveProperty('unknown');
  });

  it('says what is missing on a bare host', async () => {
    const found = tool.spec.output.parse(await tool.read({}, bare, fakeCall()));
    expect(found).toMatchObject({ interfaces: {}, nameServers: [] });
    expect(found.notRead?.map(({ what }) => what)).toEqual(['interfaces', 'routes']);
  });
});
