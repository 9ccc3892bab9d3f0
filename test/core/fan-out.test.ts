import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.js';
import { fanOut } from '../../src/core/fan-out.js';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('fanOut', () => {
  it('keeps the order of the items, and a failure hides nobody', async () => {
    const results = await fanOut(
      [3, 1, 2],
      2,
      async (n) => {
        for (let i = 0; i < n; i++) await turn();
        if (n === 1) throw new Error('one');
        return n * 10;
      },
      never,
    );
    expect(results).toMatchObject([
      { ok: true, value: 30 },
      { ok: false, error: { message: 'one' } },
      { ok: true, value: 20 },
    ]);
  });

  it('never runs more at once than its width, and tells how many are done', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await turn();
      running--;
    };
    await fanOut(Array.from({ length: 20 }), 4, work, never, (n) => done.push(n));
    expect(most).toBe(4);
    expect(done).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('answers at the abort: what is done is kept, what runs and what waits ends with the reason', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const stuck = new Promise<number>(() => undefined);
    const results = fanOut(
      [0, 1, 2, 3],
      2,
      (n) => {
        started.push(n);
        return n === 0 ? Promise.resolve(n) : stuck;
      },
      controller.signal,
    );
    await turn();
    controller.abort(new Failure('timeout', 'too late'));
    const settled = await results;
    expect(settled[0]).toEqual({ ok: true, value: 0 });
    for (const late of settled.slice(1)) expect(late).toMatchObject({ ok: false, error: { kind: 'timeout' } });
    expect(started).toEqual([0, 1, 2]);
  });

  it('starts nothing when it is already aborted, and is fine with nothing to do', async () => {
    const gone = AbortSignal.abort();
    expect(await fanOut([1], 1, () => Promise.reject(new Error('ran')), gone)).toMatchObject([
      { error: { kind: 'cancelled' } },
    ]);
    expect(await fanOut([], 5, () => Promise.resolve(), never)).toEqual([]);
  });
});
