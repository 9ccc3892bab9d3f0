import { describe, expect, it } from '@jest/globals';
import { covers, energyOf, meanWatts, type PowerSample } from '../../../../src/core/ai/benchmark/energy.js';
import { loadPlan } from '../../../../src/core/ai/benchmark/load-plan.js';
import { numberOf } from '../../../../src/core/ai/benchmark/parse/number-of.js';
import { goSeconds } from '../../../../src/core/ai/benchmark/parse/ollama-verbose.js';
import { promptOf, wordsAfter } from '../../../../src/core/ai/benchmark/prompts.js';
import { estimateOf, percentile, spread } from '../../../../src/core/ai/benchmark/statistics.js';

const at = (ms: number, milliwatts: number, name = 'VDD_IN'): PowerSample => ({
  atMs: ms,
  rails: { [name]: { milliwatts } },
});

describe('statistics', () => {
  it('takes percentiles between neighbours', () => {
    const values = [40, 10, 30, 20];
    expect(percentile(values, 0.5)).toBe(25);
    expect(percentile(values, 0)).toBe(10);
    expect(percentile(values, 1)).toBe(40);
    expect(percentile([], 0.5)).toBeUndefined();
    expect(spread(Array.from({ length: 101 }, (_, n) => n))).toEqual({ mean: 50, p50: 50, p90: 90, p99: 99 });
  });

  it("gives the range of Student's t, and none for a single value", () => {
    expect(estimateOf([])).toBeUndefined();
    expect(estimateOf([20])).toEqual({ mean: 20 });
    // Deviation 1, three values: 4.303 / sqrt(3) on both sides.
    expect(estimateOf([19, 20, 21])).toEqual({ mean: 20, low: 17.52, high: 22.48 });
    const narrow = estimateOf(Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 19 : 21)));
    expect(narrow?.low).toBeGreaterThan(19.6);
  });
});

describe('energy', () => {
  it('is the area under the power, by trapezoids, edges cut straight', () => {
    const ramp = [at(0, 0), at(1000, 10_000), at(2000, 10_000), at(3000, 0)];
    expect(energyOf(ramp, [{ fromMs: 0, toMs: 3000 }], 40, undefined)).toEqual({
      seconds: 3,
      joules: 20,
      watts: 6.667,
      tokensPerJoule: 2,
      powerIs: 'input',
    });
    expect(energyOf(ramp, [{ fromMs: 500, toMs: 1500 }], 1, undefined)?.joules).toBe(8.75);
  });

  it('subtracts what the board draws idle, over several windows', () => {
    const flat = Array.from({ length: 21 }, (_, n) => at(n * 500, 15_000));
    const windows = [
      { fromMs: 1000, toMs: 3000 },
      { fromMs: 5000, toMs: 9000 },
    ];
    expect(energyOf(flat, windows, 180, 5)).toMatchObject({
      joules: 90,
      netJoules: 60,
      tokensPerJoule: 2,
      netTokensPerJoule: 3,
    });
    expect(meanWatts(flat, { fromMs: 0, toMs: 1000 })).toBe(15);
  });

  it('has no net figure where the load cost nothing more, and none at all across a gap or without rails', () => {
    const flat = Array.from({ length: 5 }, (_, n) => at(n * 500, 5000));
    expect(energyOf(flat, [{ fromMs: 0, toMs: 2000 }], 10, 5)).not.toHaveProperty('netTokensPerJoule');
    const broken = [at(0, 5000), at(500, 5000), at(9000, 5000), at(9500, 5000)];
    expect(covers(broken, { fromMs: 0, toMs: 9500 })).toBe(false);
    expect(energyOf(broken, [{ fromMs: 0, toMs: 9500 }], 10, undefined)).toBeUndefined();
    expect(energyOf([{ atMs: 0, rails: {} }], [{ fromMs: 0, toMs: 1 }], 10, undefined)).toBeUndefined();
  });

  it('says that rails without a total were summed', () => {
    const both = (ms: number): PowerSample => ({
      atMs: ms,
      rails: { GPU: { milliwatts: 3000 }, CPU: { milliwatts: 1000 } },
    });
    expect(energyOf([both(0), both(500), both(1000)], [{ fromMs: 0, toMs: 1000 }], 8, undefined)).toMatchObject({
      joules: 4,
      powerIs: 'sum_of_rails',
      railJoules: { GPU: 3, CPU: 1 },
    });
  });
});

describe('the load', () => {
  it('is the same for the same seed, and no prompt comes twice', () => {
    const plan = loadPlan({ concurrency: [1, 4], repeats: 2, seed: 7 });
    expect(plan.map(({ concurrency, requests }) => [concurrency, requests.length])).toEqual([
      [1, 1],
      [1, 1],
      [4, 4],
      [4, 4],
    ]);
    expect(loadPlan({ concurrency: [1, 4], repeats: 2, seed: 7 })).toEqual(plan);
    const seeds = plan.flatMap(({ requests }) => requests.map(({ seed }) => seed));
    const prompts = seeds.map((seed) => promptOf(50, seed));
    expect(new Set(prompts).size).toBe(10);
    // No two begin alike, or an engine would take the beginning from its cache.
    expect(new Set(prompts.map((prompt) => prompt.split(' ').slice(0, 9).join(' '))).size).toBe(10);
  });

  it('arrives at random at a rate where one is asked for, and in the same way each time', () => {
    const shape = { concurrency: [200], repeats: 2, seed: 7, ratePerSecond: 4 };
    const [a, b] = loadPlan(shape).map(({ requests }) => requests.map(({ afterMs }) => afterMs));
    expect(loadPlan(shape)[0]?.requests.map(({ afterMs }) => afterMs)).toEqual(a);
    expect(a).not.toEqual(b);
    for (const moments of [a ?? [], b ?? []]) {
      expect(moments[0]).toBe(0);
      expect([...moments].sort((x, y) => x - y)).toEqual(moments);
      const gaps = moments.slice(1).map((ms, i) => ms - (moments[i] ?? 0));
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      expect(mean).toBeGreaterThan(200);
      expect(mean).toBeLessThan(300);
      // Of exponential gaps, 63 % are shorter than their mean.
      const shorter = gaps.filter((gap) => gap < mean).length / gaps.length;
      expect(shorter).toBeGreaterThan(0.55);
      expect(shorter).toBeLessThan(0.72);
    }
  });

  it('has as many tokens as asked for, once the tokenizer is known', () => {
    expect(wordsAfter(512, 496, 530)).toBe(478);
    expect(promptOf(478, 1).split(' ')).toHaveLength(478 + 5);
  });
});

it.each([
  ['28,61', 28.61],
  ['1,234.5', 1234.5],
  ['1 234', undefined],
  ['nan', undefined],
  ['inf', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads the number %s', (text, value) => expect(numberOf(text)).toBe(value));

it.each([
  ['1m3.5s', 63.5],
  ['225.399151ms', 0.225399151],
  ['673µs', 673e-6],
  ['3', undefined],
  ['', undefined],
])('reads the duration %s', (text, value) => {
  if (value === undefined) expect(goSeconds(text)).toBeUndefined();
  else expect(goSeconds(text)).toBeCloseTo(value, 12);
});
