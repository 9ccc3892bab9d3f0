import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { boardOn, imageDecisions } from '../../src/core/ai/decision-tables.js';
import { corpusFolder, corpusMissing, describeWith } from '../setup/suite.js';

const facts = join(corpusFolder, '../JETSON-FACTS.md');
const missing = corpusMissing ?? (existsSync(facts) ? undefined : 'the device recordings are absent (JETSON-FACTS.md)');

/** `36.3` is 36.3.0. */
const whole = (l4t: string): string => (l4t.split('.').length === 2 ? `${l4t}.0` : l4t);
const rank = (l4t: string): number => {
  const [major = 0, minor = 0, patch = 0] = l4t.split('.').map(Number);
  return major * 10_000 + minor * 100 + patch;
};
/** What NVIDIA's names of boards are by their chips. */
const chips: Readonly<Record<string, string>> = { Nano: 'Erista', TX1: 'Erista', TX2: 'Parker' };

/** `38.2.0/.1/.2`, `36.3 / 36.2`, `36.4.7, 36.4.4`, and `35.6.4…35.1` with all between. */
function releasesIn(cell: string) {
  let line = '';
  const ranges = cell.split(/[/,]/).map((part) => {
    const [last = '', first = last] = part
      .trim()
      .split('…')
      .map((word) => whole(word.startsWith('.') ? line + word : word));
    line = last.split('.').slice(0, 2).join('.');
    return { first, last };
  });
  return {
    named: [...new Set(ranges.flatMap(({ first, last }) => [last, first]))],
    has: (l4t: string) => ranges.some(({ first, last }) => rank(first) <= rank(l4t) && rank(l4t) <= rank(last)),
  };
}

describeWith(missing, 'the table of L4T releases that images are matched by', () => {
  const text = existsSync(facts) ? readFileSync(facts, 'utf8') : '';
  const section = /^## 2\. [^]*?(?=^## 3\. )/m.exec(text)?.[0] ?? '';
  const rows = [...section.matchAll(/^\| (\d[^|]*) \| [^|]* \| ([^|]*) \|.*\| ([^|]*) \|$/gm)].map(
    ([, l4t = '', cuda = '', boards = '']) => ({
      ...releasesIn(l4t),
      cuda,
      boards: new Set(boards.split(/, | and /).map((board) => chips[board] ?? board)),
    }),
  );
  const ours = new Map<string, Set<string>>();
  for (const { l4t, board } of imageDecisions()) ours.set(l4t, (ours.get(l4t) ?? new Set()).add(board));

  it('has every release that the facts name, and no other', () => {
    expect(rows).toHaveLength(11);
    const named = rows.flatMap((row) => row.named);
    expect(named.length).toBeGreaterThanOrEqual(20);
    expect(named.filter((l4t) => !ours.has(l4t))).toEqual([]);
    expect([...ours.keys()].filter((l4t) => !rows.some((row) => row.has(l4t)))).toEqual([]);
  });

  it('has each for the boards and with the CUDA of the facts', () => {
    for (const [l4t, boards] of ours) {
      const row = rows.find((each) => each.has(l4t));
      expect([l4t, boards]).toEqual([l4t, row?.boards]);
      const { cudaDriver } = boardOn(l4t, 'tegra234');
      expect([l4t, row?.cuda]).toEqual([l4t, expect.stringContaining(cudaDriver ?? 'unknown')]);
    }
  });
});
