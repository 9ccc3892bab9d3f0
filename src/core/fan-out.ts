import { abortFailure, Failure } from './errors.js';

export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/**
 * Runs `work` for every item, at most `width` at once, and returns what became of each, in the items' order. Once
 * the signal aborts no further item starts, and what still runs is not waited for: those items end with the abort's
 * failure, so that an answer is never later than its deadline.
 */
export async function fanOut<A, T>(
  items: readonly A[],
  width: number,
  work: (item: A) => Promise<T>,
  signal: AbortSignal,
  onSettled: (done: number) => void = () => undefined,
): Promise<Settled<T>[]> {
  const results = new Array<Settled<T> | undefined>(items.length).fill(undefined);
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length && !signal.aborted) {
      const index = next++;
      const item = items[index] as A;
      const result = await work(item).then(
        (value): Settled<T> => ({ ok: true, value }),
        (error: unknown): Settled<T> => ({ ok: false, error }),
      );
      results[index] = result;
      onSettled(++done);
    }
  };
  const stop = new AbortController();
  await Promise.race([
    Promise.all(Array.from({ length: Math.min(width, items.length) }, lane)),
    aborted(signal, stop.signal),
  ]);
  stop.abort();
  return results.map((result) => result ?? { ok: false, error: unfinished(signal) });
}

/** Resolves when `signal` aborts; stops listening when `stop` does. */
function aborted(signal: AbortSignal, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: stop });
  });
}

function unfinished(signal: AbortSignal): Failure {
  return signal.aborted ? abortFailure(signal) : new Failure('internal', 'A device was left without an answer.');
}
