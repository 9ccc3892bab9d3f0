import { setMaxListeners } from 'node:events';
import { abortFailure, Failure } from '../../core/errors.js';

/** The most of one JSON answer: an inspect of everything on a crowded device takes a few megabytes. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/** Does some work under a signal that aborts with the caller's, or with a `timeout` after some time. */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(tookTooLong(timeoutMs)), timeoutMs);
  const limit = AbortSignal.any([signal, over.signal]);
  setMaxListeners(0, limit);
  try {
    return await work(limit);
  } finally {
    clearTimeout(timer);
  }
}

function tookTooLong(timeoutMs: number): Failure {
  return new Failure('timeout', `The engine did not answer within ${String(Math.round(timeoutMs / 1000))} s.`, {
    hint: 'It may still be at it, with a slow disk or under load: look at what there is (container_list) before repeating a change.',
    retry: 'check_first',
  });
}

/** The promise's outcome, or the signal's failure where that comes first. The work itself goes on. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortFailure(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
