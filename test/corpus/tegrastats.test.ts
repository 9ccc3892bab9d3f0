import { expect, it } from '@jest/globals';
import { parseTegrastatsLine } from '../../src/core/jetson/tegrastats-line.js';
import { totalPower } from '../../src/core/jetson/total-power.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

describeWith(corpusMissing, 'every recorded tegrastats line', () => {
  const lines = recordingsOf('tegrastats').flatMap(([path, text]) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line, n) => [`${path}:${n + 1}`, line] as const),
  );

  it('is there to be read', () => expect(lines.length).toBeGreaterThan(200));

  it.each(lines)('%s is understood completely', (_, line) => {
    const sample = parseTegrastatsLine(line);
    expect(sample.unknown).toEqual([]);
    expect(sample.ram?.totalBytes).toBeGreaterThan(3e9);
    expect(sample.cpu?.length).toBe(/CPU \[([^\]]*)\]/.exec(line)?.[1]?.split(',').length);
  });

  it.each(lines)('%s gives what the line gives, and nothing else', (_, line) => {
    const sample = parseTegrastatsLine(line);
    const has = (pattern: RegExp): boolean => pattern.test(line);
    expect(sample.swap !== undefined).toBe(has(/SWAP/));
    expect(sample.iram !== undefined).toBe(has(/IRAM/));
    expect(sample.mts !== undefined).toBe(has(/MTS/));
    expect(sample.deviceTime !== undefined).toBe(has(/^\d\d-/));
    expect(sample.emc !== undefined).toBe(has(/EMC_FREQ (?!0% )/));
    expect(sample.gpu?.loadPercent !== undefined).toBe(has(/GR3D_FREQ \d+%/));
    expect(sample.gpu?.frequencyMHz !== undefined).toBe(has(/GR3D_FREQ \S*@/));
    const zones = [...line.matchAll(/ ([A-Za-z]\w*)@(-?[\d.]+)C/g)].filter(([, name]) => name !== 'PMIC');
    expect(Object.values(sample.temperaturesCelsius)).toEqual(
      zones.map(([, , t]) => Number(t)).filter((t) => t > -256),
    );
    expect(sample.sensorsOff.length).toBe(zones.filter(([, , t]) => t === '-256').length);
    const rails = [...line.matchAll(/ [A-Z]\w* (\d+)(?:mW)?\/\d+(?:mW(?:\/\d+mW)?)?(?=\s|$)/g)];
    expect(Object.values(sample.rails).map((rail) => rail.milliwatts)).toEqual(rails.map(([, now]) => Number(now)));
    expect(totalPower(sample.rails)?.totalIs).toBe(
      rails.length === 0 ? undefined : has(/ (VDD_IN|POM_5V_IN|VIN) /) ? 'input' : 'sum_of_rails',
    );
  });
});
