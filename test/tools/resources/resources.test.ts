import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../../../src/core/policy/policy.js';
import { ResourceReader } from '../../../src/app/resource-reader.js';
import { gpuStatusResource } from '../../../tools/resources/gpu-status.js';
import { powerModeResource } from '../../../tools/resources/power-mode.js';
import { temperatureResource } from '../../../tools/resources/temperature.js';
import { fleetResources, resources as served, tools } from '../../../tools/index.js';
import { fixture } from '../../app/runner-fixture.js';
import type { FakeBoard } from '../../fakes/fake-device.js';
import { policyOf, type WrittenRule } from '../../fakes/fake-policy-source.js';

const zone = (i: number, type: string, temp: string) => ({
  [`/sys/class/thermal/thermal_zone${i}/type`]: type,
  [`/sys/class/thermal/thermal_zone${i}/temp`]: temp,
});
const orin: FakeBoard = {
  files: {
    ...zone(0, 'cpu-thermal', '45250'),
    ...zone(1, 'gpu-thermal', '46000'),
    ...zone(2, 'cv0-thermal', '-256000'),
    '/var/lib/nvpmodel/status': 'pmode:0001',
    '/etc/nvpmodel.conf': '< POWER_MODEL ID=0 NAME=15W >\n< POWER_MODEL ID=1 NAME=25W >\n< PM_CONFIG DEFAULT=1 >\n',
    '/sys/devices/platform/gpu.0/load': '370',
    '/sys/class/devfreq/17000000.gpu/min_freq': '306000000',
    '/sys/class/devfreq/17000000.gpu/max_freq': '918000000',
    '/sys/class/devfreq/17000000.gpu/cur_freq': '612000000',
  },
  runs: { 'nvpmodel -q': { text: 'NV Power Mode: 25W\n1\n' } },
};

const resources = [gpuStatusResource, powerModeResource, temperatureResource];

function reader(boards: Record<string, FakeBoard>, policy: Policy = { rules: [] }): ResourceReader {
  const app = Object.assign(fixture(boards), { policy });
  return new ResourceReader({
    ...app,
    ...app.calls,
    resources,
    fleetResources,
    temperatureLimits: { warningCelsius: 46 },
  });
}
const { signal } = new AbortController();
const read = async (uri: string, boards: Record<string, FakeBoard> = { orin }): Promise<unknown> =>
  JSON.parse(await reader(boards).read(uri, signal)) as unknown;

describe('resources of a device', () => {
  it('have temperatures, and no sensor that is off', async () => {
    expect(await read('jetson://orin/hardware/temperature')).toEqual({
      temperaturesCelsius: { cpu: 45.25, gpu: 46 },
      hot: [{ zone: 'gpu', celsius: 46, over: 'warning' }],
    });
  });

  it('have the power mode and its neighbours', async () => {
    expect(await read('jetson://orin/hardware/power_mode')).toEqual({
      id: 1,
      name: '25W',
      modes: [
        { id: 0, name: '15W' },
        { id: 1, name: '25W' },
      ],
    });
  });

  it('have the GPU', async () => {
    expect(await read('jetson://orin/hardware/gpu_status')).toEqual({
      loadPercent: 37,
      temperatureCelsius: 46,
      clocks: [{ name: '17000000.gpu', minMHz: 306, maxMHz: 918, currentMHz: 612 }],
    });
  });

  it('have a short form for a fleet of one, and only there', async () => {
    expect(await read('jetson://hardware/temperature')).toHaveProperty('temperaturesCelsius');
    await expect(read('jetson://hardware/temperature', { orin, two: orin })).rejects.toMatchObject({
      kind: 'invalid_input',
    });
    expect(reader({ orin }).listed()).toHaveLength(3);
    expect(reader({ orin, two: orin }).listed()).toEqual([]);
  });

  it.each([
    'jetson://nobody/hardware/temperature',
    'jetson://orin/etc/shadow',
    'file:///etc/passwd',
    'jetson://orin/hardware/temperature/..',
  ])('refuse %s', async (uri) => {
    await expect(read(uri)).rejects.toMatchObject({ kind: 'invalid_input' });
    expect(reader({ orin }).serves(uri)).toBe(false);
  });

  it('say so where a host is no Jetson', async () => {
    const plain: FakeBoard = { missing: ['nvpmodel'] };
    for (const path of ['temperature', 'power_mode', 'gpu_status']) {
      await expect(read(`jetson://orin/hardware/${path}`, { orin: plain })).rejects.toMatchObject({
        kind: 'unsupported',
      });
    }
  });

  it('complete device names', () => {
    expect(reader({ 'nano-1': orin, 'nano-2': orin, orin }).complete('NA')).toEqual(['nano-1', 'nano-2']);
  });

  it.each<[string, WrittenRule, boolean]>([
    ['temperature', { then: 'deny', effects: ['read'] }, false],
    ['temperature', { then: 'deny', tools: ['hardware_stats'] }, false],
    ['temperature', { then: 'deny', tools: ['sensor_read'] }, false],
    ['temperature', { then: 'deny', tools: ['power_modes'] }, true],
    ['power_mode', { then: 'deny', tools: ['power_*'] }, false],
    ['gpu_status', { then: 'deny', tools: ['clocks_status'] }, false],
    // A question cannot be put while a resource is read.
    ['gpu_status', { then: 'ask', tools: ['hardware_*'] }, false],
    ['gpu_status', { then: 'deny', tools: ['hardware_*'], selector: 'other' }, true],
  ])('are kept back as the tools that tell the same are: %s by %j', async (path, rule, answers) => {
    const reading = reader({ orin }, policyOf(rule)).read(`jetson://orin/hardware/${path}`, signal);
    if (answers) expect(await reading).toContain('{');
    else await expect(reading).rejects.toMatchObject({ kind: 'not_allowed' });
  });

  it('name tools that there are', () => {
    const names = tools.map(({ spec }) => spec.name);
    const all = [...served, ...fleetResources];
    expect(all.flatMap(({ like }) => like.filter((name) => !names.includes(name)))).toEqual([]);
    expect(all.filter(({ like }) => like.length === 0)).toEqual([]);
  });
});

describe('what is of the fleet as a whole', () => {
  const uri = 'jetson://models/available';

  it('is listed and read whatever devices there are', async () => {
    for (const boards of [{}, { orin }, { orin, models: orin }]) {
      expect(reader(boards).general()).toMatchObject([{ uri, title: expect.any(String) }]);
      expect(reader(boards).serves(uri)).toBe(true);
      const { models } = (await read(uri, boards)) as { models: { id: string; forms: object[] }[] };
      expect(models.find(({ id }) => id === 'qwen3-8b')?.forms[0]).toMatchObject({ name: 'W4A16', leastRamGB: 16 });
    }
  });

  it('is kept back as its tool is', async () => {
    const denied = reader({ orin }, policyOf({ then: 'deny', tools: ['ai_catalog'] })).read(uri, signal);
    await expect(denied).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(await reader({ orin }, policyOf({ then: 'deny', tools: ['ai_match'] })).read(uri, signal)).toContain('{');
  });
});
