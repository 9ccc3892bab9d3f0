import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { HardwareStats } from '../../../tools/hardware/hardware_stats.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { nano, orin, rootLine, thor } from './boards.js';

const tool = new HardwareStats();
const MB = 1024 * 1024;

describe('hardware_stats', () => {
  it('answers one sample in the documented form', async () => {
    const device = new FakeDevice('orin', orin);
    const answer = await tool.read({}, device, fakeCall());
    expect(answer).toEqual({
      sampledAt: '2026-11-20T07:00:00.000Z',
      samples: 1,
      ram: { usedBytes: 2850 * MB, totalBytes: 7486 * MB, largestFreeBlocks: { count: 33, bytes: 4 * MB } },
      cpuLoadPercent: 3,
      cpu: [
        { online: true, loadPercent: 2, frequencyMHz: 729 },
        { online: true, loadPercent: 4, frequencyMHz: 729 },
        { online: false },
      ],
      gpu: { loadPercent: 0, frequencyMHz: [305] },
      emc: { loadPercent: 5, frequencyMHz: 665 },
      engines: { NVDEC: { on: false } },
      temperaturesCelsius: { cpu: 45.8, gpu: 46.8 },
      power: {
        rails: {
          VDD_IN: { milliwatts: 3582, averageMilliwatts: 3582 },
          VDD_SOC: { milliwatts: 1127, averageMilliwatts: 1127 },
        },
        totalMilliwatts: 3582,
        totalIs: 'input',
      },
    });
    expect(tool.spec.output.parse(answer)).toEqual(answer);
    expect(device.ran).toEqual([]);
  });

  it('leaves out what JetPack 4 only pretends to know without root, and fills the GPU from sysfs', async () => {
    const answer = await tool.read({}, new FakeDevice('nano', nano), fakeCall());
    expect(answer).not.toHaveProperty('emc');
    expect(answer).not.toHaveProperty('engines');
    expect(answer.gpu).toEqual({ loadPercent: 0, frequencyMHz: [77] });
    expect(answer.temperaturesCelsius).toEqual({ cpu: 40.5, thermal: 41 });
    expect(answer.notRead?.map(({ what }) => what)).toEqual(['emc', 'engines']);
    expect(answer.notRead?.[0]?.why).toMatch(/root/);
  });

  it("asks Thor's management library for the load that tegrastats lacks", async () => {
    const device = new FakeDevice('thor', thor);
    expect((await tool.read({}, device, fakeCall())).gpu).toEqual({ loadPercent: 37, frequencyMHz: [1050] });
    expect(device.asked).toEqual(['tegrastats --interval 500', 'gpu-beside']);
    // This fake board fails where it is asked for nvidia-smi, which would cost time for nothing on a real one.
    const other = new FakeDevice('nano', nano);
    expect((await tool.read({}, other, fakeCall())).gpu).toHaveProperty('loadPercent', 0);
  });

  it('sums up several seconds, and keeps absent absent', async () => {
    const hotter = rootLine.replace('cpu@45.8C', 'cpu@47.8C').replace('gpu@46.8C', 'gpu@-256C');
    const device = new FakeDevice('orin', {
      ...orin,
      lines: { 'tegrastats --interval 1000': [rootLine, hotter, rootLine] },
    });
    const answer = await tool.read({ seconds: 2 }, device, fakeCall());
    expect(answer.samples).toBe(2);
    expect(answer.temperaturesCelsius).toEqual({
      cpu: { mean: 46.8, min: 45.8, max: 47.8 },
      gpu: { mean: 46.8, min: 46.8, max: 46.8 },
    });
    expect(answer.sensorsOff).toEqual(['gpu']);
    expect(answer.cpu?.[2]).toEqual({ online: false });
    expect(answer.power).toMatchObject({ totalIs: 'input', totalMilliwatts: { mean: 3582, min: 3582, max: 3582 } });
    expect(tool.spec.output.parse(answer)).toEqual(answer);
  });

  it.each([
    ['as plain numbers where no time was asked for', {}, 3582, [305]],
    [
      'as mean, min and max where one second was',
      { seconds: 1 },
      { mean: 3582, min: 3582, max: 3582 },
      [{ mean: 305, min: 305, max: 305 }],
    ],
  ])('tells one sample %s', async (_, args, totalMilliwatts, frequencyMHz) => {
    const answer = await tool.read(args, new FakeDevice('orin', orin), fakeCall());
    expect(answer).toMatchObject({ samples: 1, power: { totalMilliwatts }, gpu: { frequencyMHz } });
    expect(tool.spec.output.parse(answer)).toEqual(answer);
  });

  it('ends before the deadline with what it has', async () => {
    const lines = Array.from({ length: 40 }, () => rootLine);
    const device = new FakeDevice('orin', { ...orin, lines: { 'tegrastats --interval 1000': lines } });
    const call = fakeCall();
    let calls = 0;
    const later = { ...call, now: () => call.now() + calls++ * 5000 };
    const { samples } = await tool.read({ seconds: 40 }, device, later);
    expect(samples).toBeGreaterThan(1);
    expect(samples).toBeLessThan(12);
  });

  it('returns what no parser knows, and skips a line that is no sample', async () => {
    const lines = ['Warning: something', `${rootLine} WARP_FREQ 3%@9`];
    const answer = await tool.read(
      {},
      new FakeDevice('orin', { ...orin, lines: { 'tegrastats --interval 500': lines } }),
      fakeCall(),
    );
    expect(answer.unknown).toEqual(['WARP_FREQ', '3%@9']);
  });

  it.each([
    ['has no tegrastats', { missing: ['tegrastats'] }, 'unsupported'],
    ['has one that prints nothing', { lines: { 'tegrastats --interval 500': [] } }, 'unsupported'],
    ['is away', { failing: new Failure('unreachable', 'gone') }, 'unreachable'],
  ] as const)('fails as %s', async (_, board, kind) => {
    await expect(tool.read({}, new FakeDevice('x', board), fakeCall())).rejects.toMatchObject({ kind });
  });

  it('refuses strange arguments', () => {
    for (const args of [{ seconds: 0 }, { seconds: 41 }, { seconds: 1.5 }, { seconds: '5' }, { interval: 1 }]) {
      expect(tool.spec.input.safeParse(args).success).toBe(false);
    }
  });
});
