import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { z } from 'zod';
import { clocksAnswer, clocksData } from '../../../src/core/jetson/clocks-data.js';
import { fanAnswer, fanData } from '../../../src/core/jetson/fan-data.js';
import { hardwareReading } from '../../../src/core/jetson/hardware-reading.js';
import { powerModesAnswer, powerModesData } from '../../../src/core/jetson/power-modes-data.js';
import { parseTegrastatsLine } from '../../../src/core/jetson/tegrastats-line.js';
import { throttleAnswer, throttleData } from '../../../src/core/jetson/throttle-data.js';
import type { Answers, Probe, Read, Reads } from '../../../src/core/probe/probe.js';
import { clocksProbe } from '../../../src/core/probes/clocks.js';
import { fanProbe } from '../../../src/core/probes/fan.js';
import { gpuClocks, gpuUtilisation } from '../../../src/core/probes/gpu-clocks.js';
import { secondLook } from '../../../src/core/probes/second-look.js';
import { powerModesProbe } from '../../../src/core/probes/power-mode.js';
import { sensorsProbe } from '../../../src/core/probes/sensors.js';
import { thermalZones } from '../../../src/core/probes/thermal.js';
import { throttleProbe } from '../../../src/core/probes/throttle.js';
import { runs } from '../../setup/runs.js';

const seeded = { seed: 20, numRuns: runs(200) };

/** Text that a device might hold, from plausible to absurd. */
const text = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '0-3',
    '0 1 2',
    'ina3221',
    'soctherm_oc',
    'pwmfan',
    'VDD_IN',
    'passive',
    'cpu-throttle-alert',
    'cpu-thermal',
    '__proto__',
    'pmode:0002',
  ),
  fc.constantFrom(
    'NV Power Mode: MAXN\n0',
    '< POWER_MODEL ID=0 NAME=MAXN >\nCPU_ONLINE CORE_0 1\nA MAX_FREQ 1\nTPC_POWER_GATING TPC_PG_MASK 3',
    'GPU MinFreq=1 MaxFreq=1 CurrentFreq=1',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const status = fc.constantFrom('ok', 'absent', 'denied', 'failed');

function answerTo(read: Read): fc.Arbitrary<unknown> {
  switch (read.kind) {
    case 'exists':
      return fc.boolean();
    case 'file':
      return fc.record({ status, text });
    case 'argv':
      return fc.record({ status, text, exitCode: fc.integer({ min: -1, max: 255 }) });
    case 'glob': {
      const path = fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }).map((numbers) => {
        let n = 0;
        return read.pattern.replace(/\*|\[0-9\]/g, () => String(numbers[n++ % 4] ?? 0));
      });
      return fc.record({
        files: fc.array(fc.tuple(path, text), { maxLength: 6 }).map((all) => new Map(all)),
        unreadable: fc.constant([]),
      });
    }
  }
}

function answersTo<R extends Reads>(reads: R): fc.Arbitrary<Answers<R>> {
  return fc.record(
    Object.fromEntries(Object.entries(reads).map(([key, read]) => [key, answerTo(read)])),
  ) as fc.Arbitrary<Answers<R>>;
}

function holds<T, R extends Reads>(probe: Probe<T, R>, check: (data: T) => void): void {
  fc.assert(
    fc.property(answersTo(probe.reads), (answers) => check(probe.parse(answers))),
    seeded,
  );
}
const fits = (schema: z.ZodType, data: unknown): void => expect(schema.parse(data)).toEqual(data);

describe('whatever a device answers', () => {
  it('the small probes read it without throwing', () => {
    for (const probe of [thermalZones, sensorsProbe, secondLook(true), gpuClocks, gpuUtilisation] as Probe<unknown>[]) {
      holds(probe, () => undefined);
    }
  });

  it('clocks_status answers in its form', () => holds(clocksProbe, (data) => fits(clocksData, clocksAnswer(data))));
  it('fan_status answers in its form', () => holds(fanProbe, (data) => fits(fanData, fanAnswer(data))));
  it('power_modes answers in its form', () =>
    holds(powerModesProbe, (data) => fits(powerModesData, powerModesAnswer(data))));

  it('hardware_throttle answers in its form', () => {
    const reading = hardwareReading(parseTegrastatsLine('CPU [100%@5,off] GR3D_FREQ 99%@[3] VDD_IN 1mW/1mW'));
    holds(throttleProbe, (data) => fits(throttleData, throttleAnswer(data, reading, data.overcurrent)));
  });

  it('what is not a number is never a number of an answer', () => {
    holds(sensorsProbe, ({ rails, zones }) => {
      for (const value of [
        ...rails.flatMap(({ millivolts, milliamps }) => [millivolts, milliamps]),
        ...zones.map(({ celsius }) => celsius),
      ]) {
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      }
    });
  });
});
