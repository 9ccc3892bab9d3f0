import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consensusOf } from '../../../src/core/reply/consensus.js';
import { shortNames } from '../../../src/core/reply/device-names.js';
import { paginate, type Findings } from '../../../src/core/reply/pages.js';
import { omit, pick, valuesAt } from '../../../src/core/reply/paths.js';
import { expandNames } from '../../../src/core/selector/names.js';
import { runs } from '../../setup/runs.js';

const board = (i: number, temp: number, mode = '15W') => ({
  device: `nano-${String(i).padStart(3, '0')}`,
  data: { mode, temperaturesCelsius: { gpu: temp, cpu: 40 }, ram: { usedBytes: 1000 + i, totalBytes: 8000 } },
});
const rules = { same: ['mode', 'ram.totalBytes'], spread: ['temperaturesCelsius.*', 'ram.usedBytes'] };

describe('consensus', () => {
  it('makes a hundred boards one row and its outliers', () => {
    const results = Array.from({ length: 100 }, (_, i) => board(i, i === 7 ? 91 : 45 + (i % 3)));
    const { groups, spread } = consensusOf(results, rules, false);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ data: { mode: '15W', ram: { totalBytes: 8000 } } });
    expect(spread['temperaturesCelsius.gpu']).toEqual({
      min: 45,
      median: 46,
      max: 91,
      outliers: [{ device: 'nano-007', value: 91 }],
    });
    expect(spread['temperaturesCelsius.cpu']).toEqual({ min: 40, median: 40, max: 40 });
  });

  it('shows who differs, most common answer first', () => {
    const results = Array.from({ length: 10 }, (_, i) => board(i, 45, i < 3 ? 'MAXN' : '15W'));
    expect(
      consensusOf(results, rules, false).groups.map(({ devices, data }) => [
        devices.length,
        (data as { mode: string }).mode,
      ]),
    ).toEqual([
      [7, '15W'],
      [3, 'MAXN'],
    ]);
  });

  it('gives a few boards whole, said once where they are equal, and any number whole when asked', () => {
    const few = [board(1, 45), { ...board(1, 45), device: 'twin' }, board(2, 60)];
    const { groups, spread } = consensusOf(few, rules, false);
    expect(groups).toEqual([
      { devices: ['nano-001', 'twin'], data: few[0]?.data },
      { devices: ['nano-002'], data: few[2]?.data },
    ]);
    expect(spread).toEqual({});
    expect(
      consensusOf(
        Array.from({ length: 9 }, (_, i) => board(i, 45)),
        rules,
        true,
      ).groups,
    ).toHaveLength(9);
  });

  it('without "same" takes all but the numbers that are spread', () => {
    const results = Array.from({ length: 6 }, (_, i) => board(i, 45 + i));
    expect(consensusOf(results, { spread: rules.spread }, false).groups).toMatchObject([
      { data: { mode: '15W', ram: { totalBytes: 8000 } } },
    ]);
  });

  it('says of how many devices a number is, where not of all', () => {
    const results = Array.from({ length: 6 }, (_, i) => ({ device: `d${i}`, data: i < 2 ? { gpu: i } : {} }));
    expect(consensusOf(results, { same: [], spread: ['gpu'] }, false).spread['gpu']).toEqual({
      min: 0,
      median: 0.5,
      max: 1,
      devices: 2,
    });
  });

  it('takes the mean of what was sampled for a time', () => {
    const results = Array.from({ length: 6 }, (_, i) => ({
      device: `d${i}`,
      data: { gpu: { mean: i, min: 0, max: 9 } },
    }));
    expect(consensusOf(results, { same: [], spread: ['gpu'] }, false).spread['gpu']).toMatchObject({
      min: 0,
      median: 2.5,
      max: 5,
    });
  });
});

describe('paths', () => {
  const data = {
    a: { x: 1, y: 2 },
    b: [
      { n: 1, s: 'p' },
      { n: 2, s: 'q' },
    ],
    c: 3,
  };
  it('pick and omit are complements', () => {
    expect(pick(data, ['a.x', 'b.*.s'])).toEqual({ a: { x: 1 }, b: [{ s: 'p' }, { s: 'q' }] });
    expect(omit(data, ['a.*', 'b.*.n'])).toEqual({ b: [{ s: 'p' }, { s: 'q' }], c: 3 });
    expect(valuesAt(data, 'b.*.n')).toEqual([
      ['b.0.n', 1],
      ['b.1.n', 2],
    ]);
  });
});

describe('device names', () => {
  it('are said as ranges that a selector reads back', () => {
    const names = fc.uniqueArray(
      fc.oneof(
        fc.integer({ min: 0, max: 60 }).map((n) => `nano-${String(n).padStart(2, '0')}`),
        fc.constantFrom('edge', 'orin-1', 'orin-2', 'orin-3', 'x9'),
      ),
      { maxLength: 70 },
    );
    fc.assert(
      fc.property(names, (list) => {
        expect(
          shortNames(list)
            .flatMap((name) => expandNames(name))
            .sort(),
        ).toEqual([...list].sort());
      }),
      { seed: 20261120, numRuns: runs(300) },
    );
    expect(shortNames(Array.from({ length: 40 }, (_, i) => `nano-${String(i + 1).padStart(2, '0')}`))).toEqual([
      'nano-[01-40]',
    ]);
  });
});

describe('pages', () => {
  it('lose and repeat nothing, and keep to their size unless one item is larger', () => {
    const findings = (n: number, size: number): Findings => ({
      summary: { ok: n, failed: 2, skipped: 0 },
      groups: Array.from({ length: n }, (_, i) => ({ devices: [`d${i}`], data: { text: 'x'.repeat(size) } })),
      spread: { t: { min: 0, median: 1, max: 2 } },
      failures: [{ kind: 'timeout', message: 'late', devices: ['e1', 'e2'] }],
      skipped: [],
      notes: ['n'],
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 900 }), (n, size) => {
        const pages = paginate(findings(n, size), 1000);
        expect(pages.flatMap(({ groups = [] }) => groups.flatMap(({ devices }) => devices))).toEqual(
          Array.from({ length: n }, (_, i) => `d${i}`),
        );
        expect(pages[0]).toMatchObject({
          notes: ['n'],
          failures: [{ devices: ['e1', 'e2'] }],
          spread: { t: { median: 1 } },
        });
        for (const page of pages.slice(1)) {
          expect(page.notes).toBeUndefined();
          if ((page.groups ?? []).length > 1) expect(JSON.stringify(page).length).toBeLessThan(1100);
        }
      }),
      { seed: 20261120, numRuns: runs(100) },
    );
  });
});
