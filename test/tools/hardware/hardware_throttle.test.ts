import { describe, expect, it } from '@jest/globals';
import type { ThrottleData } from '../../../src/core/jetson/throttle-data.js';
import { HardwareThrottle } from '../../../tools/hardware/hardware_throttle.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { cluster, cooler, devfreq, modeFile, nano, orin, orinFiles, rail, rootLine, thor, zone } from './boards.js';

const tool = new HardwareThrottle();
const maxnSuper = { 'nvpmodel -q': { text: 'NV Power Mode: MAXN_SUPER\n2\n' } };
const wideOpen = {
  ...cluster(0, '0 1 2 3 4 5', '729600', '1728000', '1728000'),
  ...devfreq('17000000.gpu', '306000000', '1020000000', '306000000', '306000000 1020000000'),
};

/** Asks a board that does `later` to its files between the two looks. */
async function ask(board: FakeBoard, later: Record<string, string> = {}): Promise<ThrottleData> {
  const device = new FakeDevice('orin', board);
  const follow = device.follow.bind(device);
  device.follow = async (...args) => {
    await follow(...args);
    device.board = { ...board, files: { ...board.files, ...later } };
  };
  const answer = await tool.read({}, device, fakeCall());
  expect(tool.spec.output.parse(answer)).toEqual(answer);
  expect(device.ran).toEqual([]);
  return answer;
}
const withFiles = (files: Record<string, string>, more: FakeBoard = {}): FakeBoard => ({
  ...orin,
  ...more,
  runs: { ...orin.runs, ...maxnSuper, ...more.runs },
  files: { ...orinFiles, ...wideOpen, ...files },
});
const oc = (n: number, count: string): Record<string, string> => ({
  [`/sys/class/hwmon/hwmon2/oc${n}_event_cnt`]: count,
});
const aSecondLater = { '/proc/uptime': '3606.10 20000.00' };

describe('hardware_throttle', () => {
  it('finds nothing on a healthy board, and says that it is idle', async () => {
    const answer = await ask(withFiles({}), aSecondLater);
    expect(answer).toMatchObject({
      verdict: 'not_throttled',
      reasons: [],
      powerMode: 'MAXN_SUPER',
      clocks: 'dynamic',
      hottest: { zone: 'gpu', celsius: 46 },
      overcurrent: { oc3: { counts: 'momentary_current', sinceBoot: 27390, perSecond: 0 } },
    });
    expect(answer.says).toMatch(/idle/);
    expect(answer).not.toHaveProperty('notRead');
  });

  it('takes one stream and two looks, also where tegrastats says nothing of the GPU', async () => {
    const lines = { 'tegrastats --interval 1000': thor.lines?.['tegrastats --interval 500'] ?? [] };
    const device = new FakeDevice('thor', { ...thor, lines, missing: ['nvpmodel'] });
    expect(await tool.read({}, device, fakeCall())).toMatchObject({ gpuLoadPercent: 37, cpuLoadPercent: 3 });
    expect(device.asked).toEqual(['throttle', 'tegrastats --interval 1000', 'second-look']);
  });

  it('blames the power mode where another allows more', async () => {
    const busy = rootLine.replace('GR3D_FREQ 0%@[305]', 'GR3D_FREQ 97%@[918]');
    const { verdict, reasons } = await ask({ ...orin, lines: { 'tegrastats --interval 1000': [busy] } }, aSecondLater);
    expect(verdict).toBe('power_mode');
    expect(reasons).toMatchObject([
      {
        kind: 'power_mode',
        active: true,
        evidence: { mode: '25W', gpuMaxMHz: 918, gpuMaxMHzBest: 1020, cpuMaxMHz: 1344, cpuMaxMHzBest: 1728 },
      },
    ]);
    expect(reasons[0]?.says).toBe(
      'Power mode 25W allows GPU 918 of 1020 MHz, CPU 1344 of 1728 MHz; another mode allows more. See power_modes.',
    );
  });

  it.each([
    ['a throttle alert', cooler(1, 'gpu-throttle-alert', '1'), {}, 'thermal', 'thermal_throttling'],
    ['a balanced throttle of JetPack 4', cooler(1, 'gpu-balanced', '2'), {}, 'thermal', 'thermal_throttling'],
    [
      'a zone over its passive trip',
      zone(1, 'gpu-thermal', '99500', { passive: '99000' }),
      {},
      'thermal',
      'thermal_throttling',
    ],
    [
      'an alarm of the input rail',
      rail('hwmon1', 1, 'VDD_IN', '4700', '5100', { curr1_crit_alarm: '1' }),
      {},
      'supply',
      'supply_alarm',
    ],
    ['a current over its limit', rail('hwmon1', 1, 'VDD_IN', '4700', '5100'), {}, 'supply', 'supply_alarm'],
    ['under-voltage going on', oc(1, '3'), { ...aSecondLater, ...oc(1, '7') }, 'supply', 'undervoltage'],
    ['average over-current going on', oc(2, '15'), { ...aSecondLater, ...oc(2, '17') }, 'overcurrent', 'overcurrent'],
    ['very many spikes', {}, { ...aSecondLater, ...oc(3, '27590') }, 'overcurrent', 'overcurrent_spikes'],
    [
      'a CPU capped by hand',
      cluster(0, '0 1 2 3 4 5', '729600', '1036800', '1728000'),
      {},
      'clocks',
      'capped_below_mode',
    ],
    [
      'a GPU capped by hand',
      devfreq('17000000.gpu', '306000000', '612000000', '306000000', '306000000 1020000000'),
      {},
      'clocks',
      'capped_below_mode',
    ],
  ] as const)('sees %s', async (_, files, later, verdict, kind) => {
    const answer = await ask(withFiles(files), later);
    expect(answer.verdict).toBe(verdict);
    expect(answer.reasons[0]).toMatchObject({ kind, active: true });
  });

  it.each([
    ['the fan', cooler(0, 'pwm-fan', '3'), {}],
    ['a cooling state that only follows the mode', cooler(2, 'devfreq-17000000.gpu', '18'), {}],
    ['an active trip, which starts the fan', zone(1, 'gpu-thermal', '74000', { active: '35000' }), {}],
    ['OC3 at a harmless rate', {}, { ...aSecondLater, ...oc(3, '27420') }],
    ['OC3 that cannot be rated', {}, {}],
  ] as const)('is not alarmed by %s', async (_, files, later) => {
    expect(await ask(withFiles(files), later)).toMatchObject({ verdict: 'not_throttled', reasons: [] });
  });

  it.each([
    ['earlier under-voltage', oc(1, '2'), 'undervoltage'],
    ['heat that comes close', zone(1, 'gpu-thermal', '95000', { passive: '99000' }), 'thermal_limit_near'],
    ['a hot surface', cooler(3, 'hot-surface-alert', '1'), 'hot_surface'],
  ] as const)('tells %s without blaming it', async (_, files, kind) => {
    const answer = await ask(withFiles(files), aSecondLater);
    expect(answer.verdict).toBe('not_throttled');
    expect(answer.reasons.map((reason) => reason.kind)).toEqual([kind]);
  });

  it('does not blame the power mode of a board that has little to do', async () => {
    const { verdict, says, reasons } = await ask(orin, aSecondLater);
    expect(verdict).toBe('not_throttled');
    expect(says).toMatch(/idle/);
    expect(reasons).toMatchObject([{ kind: 'power_mode', active: false }]);
  });

  it('sees clocks that stay low under load', async () => {
    const busy = rootLine.replace('GR3D_FREQ 0%@[305]', 'GR3D_FREQ 99%@[306]').replace('2%@729', '100%@729');
    const { verdict, reasons } = await ask(withFiles({}, { lines: { 'tegrastats --interval 1000': [busy] } }));
    expect(verdict).toBe('clocks');
    expect(reasons.map(({ evidence }) => evidence)).toEqual([
      { clocks: 'cpu0', loadPercent: 100, frequencyMHz: 729, maxMHz: 1728 },
      { clocks: 'gpu', loadPercent: 99, frequencyMHz: 306, maxMHz: 1020 },
    ]);
  });

  it('sees a mode that is not in force, and judges by what is worst', async () => {
    const runs = { 'nvpmodel -q': { text: 'NV Power Mode: 15W\n0\n' } };
    const { verdict, reasons } = await ask(withFiles(cooler(1, 'cpu-throttle-alert', '1'), { runs }));
    expect(verdict).toBe('thermal');
    expect(reasons.map(({ kind }) => kind)).toEqual([
      'thermal_throttling',
      'mode_not_applied',
      'mode_not_applied',
      'power_mode',
    ]);
    expect(reasons.slice(1, 3).map(({ evidence }) => evidence)).toEqual([
      { clocks: 'cpu0', maxMHz: 1728, modeMHz: 1497.6 },
      { clocks: 'gpu', maxMHz: 1020, modeMHz: 612 },
    ]);
  });

  it('counts the cores that a mode switches off', async () => {
    const runs = { 'nvpmodel -q': { text: 'NV Power Mode: 7W\n3\n' } };
    const { reasons } = await ask(
      withFiles(
        {
          '/etc/nvpmodel.conf': modeFile([
            [0, 'MAXN', 6, -1, -1],
            [3, '7W', 4, -1, -1],
          ]),
        },
        { runs },
      ),
    );
    expect(reasons).toMatchObject([{ kind: 'power_mode', evidence: { cpuCores: 4, cpuCoresBest: 6 } }]);
  });

  it('says what it could not read, and does not guess', async () => {
    const bare = await ask({ runs: {}, missing: ['nvpmodel', 'tegrastats'] });
    expect(bare.verdict).toBe('unknown');
    expect(bare.notRead?.map(({ what }) => what)).toEqual([
      'temperatures',
      'coolingDevices',
      'overcurrent',
      'rails',
      'cpuClocks',
      'gpuClocks',
      'powerMode',
      'powerModeLimits',
      'load',
    ]);
    const old = await ask({ ...nano, missing: [...(nano.missing ?? []), 'tegrastats'] });
    expect(old.verdict).toBe('not_throttled');
  });

  it.each([
    ['nvidia,p3448-0000\0nvidia,tegra210\0', {}, 'boards before Orin do not count it'],
    ['nvidia,p2888-0001\0nvidia,tegra194\0', {}, 'boards before Orin do not count it'],
    ['nvidia,p3767-0005\0nvidia,tegra234\0', {}, 'the kernel shows no counters, although an Orin has them'],
    ['nvidia,p3834-0008\0nvidia,tegra264\0', {}, 'the kernel shows no counters'],
    ['', {}, 'the kernel shows no counters, and the board does not say which chip it has'],
    [
      'nvidia,tegra234\0',
      { denied: ['/sys/class/hwmon/hwmon2/oc1_event_cnt'] },
      'needs rights that the login user does not have (root)',
    ],
  ])('tells by the chip %j why no over-current is counted', async (compatible, more, why) => {
    const files = { ...nano.files, '/proc/device-tree/compatible': compatible };
    const answer = await ask({ ...nano, ...more, files, missing: [...(nano.missing ?? []), 'tegrastats'] });
    expect(answer.notRead?.find(({ what }) => what === 'overcurrent')).toEqual({ what: 'overcurrent', why });
  });
});
