import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { progressReporter, type ProgressNotification } from '../../../src/adapters/mcp/tool-progress.js';
import type { ProgressUpdate } from '../../../src/app/run-context.js';
import { runs } from '../../setup/runs.js';

/** What is sent of these updates, each `gapMs` after the one before it. */
function sent(updates: readonly ProgressUpdate[], gapMs: number): ProgressNotification['params'][] {
  const notifications: ProgressNotification['params'][] = [];
  let now = 0;
  const report = progressReporter(
    'p',
    ({ params }) => void notifications.push(params),
    () => (now += gapMs),
  );
  for (const update of updates) report(update);
  return notifications;
}

const count = (done: number, total: number): ProgressUpdate => ({
  done,
  total,
  message: `${String(done)} of ${String(total)} devices`,
});
const sample = (done: number, message: string): ProgressUpdate => ({ done, message });

describe('the progress of a call', () => {
  it('counts devices, not too often, and tells the end', () => {
    const all = Array.from({ length: 1000 }, (_, index) => count(index + 1, 1000));
    expect(sent(all, 0).map(({ progress, total }) => [progress, total])).toEqual([
      [1, 1000],
      [1000, 1000],
    ]);
    expect(sent(all, 1000)).toHaveLength(1000);
  });

  it('tells every sample of every device, however close together', () => {
    const updates = [1, 2, 3].flatMap((n) => [
      sample(2 * n - 1, `one: ${String(n)}/3`),
      sample(2 * n, `two: ${String(n)}/3`),
    ]);
    expect(sent(updates, 0).map(({ message }) => message)).toEqual(updates.map(({ message }) => message));
  });

  it('tells no total where samples come between', () => {
    const updates = [sample(1, 'one: 1/2'), sample(2, 'two: 1/2'), count(1, 2), sample(3, 'two: 2/2'), count(2, 2)];
    expect(sent(updates, 0).map(({ progress, total, message }) => [progress, total, message])).toEqual([
      [1, undefined, 'one: 1/2'],
      [2, undefined, 'two: 1/2'],
      [3, undefined, '1 of 2 devices'],
      [4, undefined, 'two: 2/2'],
      [5, undefined, '2 of 2 devices'],
    ]);
  });

  it('always grows, never passes a total, and loses no word of a tool', () => {
    const total = 5;
    const update = fc.oneof(
      fc.integer({ min: 0, max: total }).map((done) => count(done, total)),
      fc.integer({ min: 0, max: 9 }).map((done) => sample(done, 'sample')),
    );
    fc.assert(
      fc.property(fc.array(update), fc.constantFrom(0, 60, 200), (updates, gapMs) => {
        const said = sent(updates, gapMs);
        for (const [index, { progress, total: of }] of said.entries()) {
          expect(progress).toBeGreaterThan(said[index - 1]?.progress ?? 0);
          if (of !== undefined) expect(progress).toBeLessThanOrEqual(of);
        }
        const samples = (list: readonly { message: string }[]): number =>
          list.filter(({ message }) => message === 'sample').length;
        expect(samples(said)).toBe(samples(updates));
      }),
      { seed: 7, numRuns: runs(100) },
    );
  });
});
