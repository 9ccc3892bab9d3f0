import { expect, it } from '@jest/globals';
import { parseFanConfig, parseFanQuery } from '../../src/core/jetson/fan-config.js';
import { parseGpuUtilisation } from '../../src/core/probes/gpu-clocks.js';
import { secondLook } from '../../src/core/probes/second-look.js';
import { sensorsProbe } from '../../src/core/probes/sensors.js';
import { thermalZones } from '../../src/core/probes/thermal.js';
import { FakeDevice } from '../fakes/fake-device.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

const { signal } = new AbortController();
const one = (kind: string, part: string): string => recordingsOf(kind).find(([path]) => path.includes(part))?.[1] ?? '';

describeWith(corpusMissing, 'every recorded fan daemon', () => {
  it.each(recordingsOf('nvfancontrol-conf'))('%s', (_, text) => {
    const config = parseFanConfig(text);
    expect(config.unknown).toEqual([]);
    expect([...config.profiles.keys()]).toEqual(['cool', 'quiet']);
    expect(config).toMatchObject({ defaultProfile: 'cool', governor: 'pid', control: 'open_loop' });
    // Margins below the limit of 105 C become temperatures, coolest first.
    expect(config.profiles.get('quiet')).toEqual([
      { celsius: 0, pwm: 0, rpm: 0 },
      { celsius: 45, pwm: 62, rpm: 700 },
      { celsius: 60, pwm: 114, rpm: 1300 },
      { celsius: 75, pwm: 158, rpm: 1800 },
      { celsius: 87, pwm: 202, rpm: 2300 },
      { celsius: 105, pwm: 202, rpm: 2300 },
    ]);
  });

  it.each(recordingsOf('nvfancontrol-q'))('%s', (_, text) => {
    expect(parseFanQuery(text)).toEqual({
      needsRoot: false,
      profile: 'cool',
      governor: 'pid',
      control: 'open_loop',
      unknown: [],
    });
  });

  it('knows its refusal', () => {
    expect(parseFanQuery(one('errors', 'nvfancontrol'))).toEqual({ needsRoot: true, unknown: [] });
  });
});

describeWith(corpusMissing, 'every recorded thermal zone', () => {
  it('leaves out the zones that cannot be read', async () => {
    const lines = one('thermal-zones', 'unreadable')
      .trim()
      .split('\n')
      .map((line) => line.split(': '));
    const readable = lines.filter(([, value]) => /^\d+$/.test(value ?? ''));
    const zones = lines.map(([path = '']) => path.replace(/temp$/, 'type'));
    const device = new FakeDevice('nano', {
      files: Object.fromEntries([
        ...readable.map(([path = '', value = '']) => [path, value] as const),
        ...zones.map((path, n) => [path, `zone-${n}`] as const),
      ]),
      denied: lines.filter((line) => !readable.includes(line)).map(([path = '']) => path),
    });
    const read = await device.ask(thermalZones, signal);
    expect(read.filter(({ celsius }) => celsius !== undefined).map(({ celsius }) => celsius)).toEqual(
      readable.map(([, value]) => Number(value) / 1000),
    );
    expect(read.filter(({ celsius }) => celsius === undefined).length).toBe(3);
  });

  it('names them as tegrastats does', async () => {
    const rows = one('thermal-zones', 'r39')
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    const files = rows.flatMap(([type = '', celsius = ''], n) => [
      [`/sys/class/thermal/thermal_zone${n}/type`, type],
      ...(celsius === '0.0'
        ? []
        : [[`/sys/class/thermal/thermal_zone${n}/temp`, String(Math.round(Number(celsius) * 1000))]]),
    ]);
    const read = await new FakeDevice('nano', { files: Object.fromEntries(files) as Record<string, string> }).ask(
      thermalZones,
      signal,
    );
    expect(read.map(({ name }) => name)).toEqual(['cpu', 'gpu', 'cv0', 'cv1', 'cv2', 'soc0', 'soc1', 'soc2', 'tj']);
    expect(read.find(({ name }) => name === 'tj')?.celsius).toBe(47);
    expect(read.find(({ name }) => name === 'cv0')?.celsius).toBeUndefined();
  });
});

describeWith(corpusMissing, 'every recorded hwmon chip', () => {
  it('reads the rails by label, without the sum of shunts', async () => {
    const [folder = '', ...labels] = one('hwmon', 'ina3221').trim().split('\n');
    const at = `/sys/class/hwmon/${folder.slice(folder.lastIndexOf('/') + 1)}`;
    const files = [
      [`${at}/name`, 'ina3221'],
      ...labels.map((line) => line.split('=')).map(([file = '', text = '']) => [`${at}/${file}`, text]),
    ];
    const { rails } = await new FakeDevice('nano', { files: Object.fromEntries(files) as Record<string, string> }).ask(
      sensorsProbe,
      signal,
    );
    expect(rails.map(({ name }) => name)).toEqual(['VDD_IN', 'VDD_CPU_GPU_CV', 'VDD_SOC']);
  });

  it('reads the over-current counters', async () => {
    const text = one('hwmon', 'soctherm');
    const counters = [...(text.split('---')[0]?.matchAll(/(oc\d_event_cnt)=(\d+)/g) ?? [])];
    const files = [
      ['/sys/class/hwmon/hwmon4/name', 'soctherm_oc'],
      ...counters.map(([, file = '', n = '']) => [`/sys/class/hwmon/hwmon4/${file}`, n]),
    ];
    const { overcurrent } = await new FakeDevice('nano', {
      files: Object.fromEntries(files) as Record<string, string>,
    }).ask(secondLook(false), signal);
    expect([...overcurrent.counts]).toEqual([
      ['oc1', 0],
      ['oc2', 0],
      ['oc3', 27390],
    ]);
  });
});

describeWith(corpusMissing, 'every recorded nvidia-smi', () => {
  it.each(recordingsOf('nvidia-smi'))('%s tells a GPU load only where it has one', (path, text) => {
    expect(parseGpuUtilisation(text)).toBe(path.includes('query-gpu') ? 0 : undefined);
  });
});
