import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { overTime } from '../../../src/core/jetson/over-time.js';
import { parseNvpmodelConf } from '../../../src/core/jetson/nvpmodel-conf.js';
import { limitsOf, rebootReasons } from '../../../src/core/jetson/power-mode-limits.js';
import { totalPower } from '../../../src/core/jetson/total-power.js';
import { clocksState } from '../../../src/core/jetson/clocks-state.js';
import { overcurrentRates } from '../../../src/core/jetson/supply-reasons.js';
import { runs } from '../../setup/runs.js';

const seeded = { seed: 20, numRuns: runs(300) };
const rails = (given: Record<string, number>): Record<string, { milliwatts: number }> =>
  Object.fromEntries(Object.entries(given).map(([name, milliwatts]) => [name, { milliwatts }]));

describe('totalPower', () => {
  it.each([
    [
      { VDD_IN: 5000, VDD_SOC: 1000 },
      { totalMilliwatts: 5000, totalIs: 'input' },
    ],
    [
      { POM_5V_IN: 900, POM_5V_CPU: 123 },
      { totalMilliwatts: 900, totalIs: 'input' },
    ],
    [
      { VDD_GPU: 1965, VIN_SYS_5V0: 6360, VIN: 20604 },
      { totalMilliwatts: 20604, totalIs: 'input' },
    ],
    [
      { GPU: 1155, CPU: 385, SOC: 2502, CV: 0, VDDRQ: 192, SYS5V: 2692 },
      { totalMilliwatts: 6926, totalIs: 'sum_of_rails' },
    ],
    [
      { VDD_GPU_SOC: 2412, VDD_CPU_CV: 1607, VIN_SYS_5V0: 4707 },
      { totalMilliwatts: 8726, totalIs: 'sum_of_rails' },
    ],
    [{}, undefined],
  ])('of %j', (given, total) => expect(totalPower(rails(given))).toEqual(total));
});

describe('rebootReasons', () => {
  const masks = (...values: (number | undefined)[]) => {
    const text = values.map(
      (mask, id) =>
        `< POWER_MODEL ID=${id} NAME=M${id} >\n${mask === undefined ? '' : `TPC_POWER_GATING TPC_PG_MASK ${mask}\n`}CPU_ONLINE CORE_0 1`,
    );
    const conf = parseNvpmodelConf(text.join('\n'));
    return conf.modes.map((mode) => limitsOf(conf, mode));
  };
  it.each([
    ['AGX Orin 64', [0, 248, 240, 0], ['0>1', '0>2', '1>0', '1>2', '1>3', '2>0', '2>1', '2>3', '3>1', '3>2']],
    [
      'Orin NX',
      [240, 252, 252, 240, 240],
      ['0>1', '0>2', '1>0', '1>3', '1>4', '2>0', '2>3', '2>4', '3>1', '3>2', '4>1', '4>2'],
    ],
    ['Thor', [64, 64, 15873, 15873], ['0>2', '0>3', '1>2', '1>3', '2>0', '2>1', '3>0', '3>1']],
    ['Xavier NX', [1, 1, 1], []],
    ['Nano', [undefined, undefined], []],
  ] as const)('of %s', (_, values, rebooting) => {
    const modes = masks(...values);
    const found = modes.flatMap((from, i) =>
      modes.flatMap((to, j) => (rebootReasons(from, to).length > 0 ? [`${i}>${j}`] : [])),
    );
    expect(found).toEqual(rebooting);
  });

  it('takes the mask in force before the one that the present mode wants', () => {
    const [wide, narrow] = masks(240, 252);
    const real = new Map([['TPC_PG_MASK', 240]]);
    expect(narrow && wide && rebootReasons(narrow, wide, real)).toEqual([]);
    expect(narrow && rebootReasons(narrow, narrow, real)).toEqual([{ mask: 'TPC_PG_MASK', from: 240, to: 252 }]);
  });
});

describe('overTime', () => {
  it('makes mean, min and max of every number, over the samples that have it', () => {
    expect(
      overTime<object>([
        { a: 1, list: [{ on: true, n: 1 }, { on: true }], word: 'x' },
        { a: 4, b: 7, list: [{ on: true, n: 2 }, { on: false }], word: 'y' },
      ]),
    ).toEqual({
      a: { mean: 2.5, min: 1, max: 4 },
      b: { mean: 7, min: 7, max: 7 },
      list: [{ on: true, n: { mean: 1.5, min: 1, max: 2 } }, { on: false }],
      word: 'y',
    });
  });

  it('gives one sample the same form', () => {
    const n = fc.integer();
    fc.assert(
      fc.property(n, n, (a, b) =>
        expect(overTime([{ a, list: [b], word: 'x' }])).toEqual({
          a: { mean: a, min: a, max: a },
          list: [{ mean: b, min: b, max: b }],
          word: 'x',
        }),
      ),
      seeded,
    );
  });

  it('keeps min <= mean <= max and never invents a key', () => {
    const sample = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -1000, max: 1000 }));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 6 }), (samples) => {
        const [first = {}, ...rest] = samples;
        const all = overTime([first, ...rest]) as Record<string, { mean: number; min: number; max: number }>;
        expect(Object.keys(all).sort()).toEqual([...new Set(samples.flatMap((s) => Object.keys(s)))].sort());
        for (const { mean, min, max } of Object.values(all)) {
          expect(mean).toBeGreaterThanOrEqual(min - 0.01);
          expect(mean).toBeLessThanOrEqual(max + 0.01);
        }
      }),
      seeded,
    );
  });
});

describe('clocksState', () => {
  const [held, free] = [
    { minMHz: 5, maxMHz: 5 },
    { minMHz: 1, maxMHz: 5 },
  ];
  it.each([
    ['everything held', { cpus: [held], gpus: [held], emc: { ...free, forced: true } }, 'pinned'],
    ['everything held by bounds', { cpus: [held, held], gpus: [held], emc: held }, 'pinned'],
    ['memory unknown', { cpus: [held], gpus: [held] }, 'pinned'],
    ['memory free', { cpus: [held], gpus: [held], emc: { ...free, forced: false } }, 'partly_pinned'],
    ['one cluster free', { cpus: [held, free], gpus: [held] }, 'partly_pinned'],
    ['all free', { cpus: [free], gpus: [free], emc: free }, 'dynamic'],
    ['a CPU of one step that may sleep', { cpus: [held], gpus: [free], idleAllowed: true }, 'dynamic'],
    ['nothing seen', { cpus: [], gpus: [] }, 'unknown'],
    ['clocks without bounds', { cpus: [{}], gpus: [{ maxMHz: 3 }] }, 'unknown'],
  ] as const)('%s', (_, seen, state) => expect(clocksState(seen)).toBe(state));
});

describe('overcurrentRates', () => {
  const look = (uptimeSeconds: number, oc1: number) => ({ uptimeSeconds, counts: new Map([['oc1', oc1]]) });
  it.each([
    ['a rise', look(10, 5), look(12, 9), { sinceBoot: 9, perSecond: 2 }],
    ['no rise', look(10, 5), look(11, 5), { sinceBoot: 5, perSecond: 0 }],
    ['looks too close', look(10, 5), look(10.05, 6), { sinceBoot: 6 }],
    ['a reboot between', look(900, 5), look(11, 0), { sinceBoot: 0 }],
    ['no clock', { counts: new Map([['oc1', 1]]) }, look(11, 3), { sinceBoot: 3 }],
  ])('of %s', (_, first, second, rate) => expect(overcurrentRates(first, second).get('oc1')).toEqual(rate));
});
