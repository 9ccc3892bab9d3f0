import { abortFailure, type Failure } from '../../../core/errors.js';

/**
 * Runs `start`, and rejects as soon as the signal aborts or the time is over. `start` is handed what undoes it; that
 * is called once, and only where the promise rejects.
 */
export async function within<T>(
  limit: { readonly timeoutMs: number; readonly failure: () => Failure; readonly signal: AbortSignal },
  start: (undo: (action: () => void) => void) => Promise<T>,
): Promise<T> {
  const { timeoutMs, failure, signal } = limit;
  if (signal.aborted) throw abortFailure(signal);
  const undo: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(failure()), timeoutMs);
    onAbort = () => reject(abortFailure(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([start((action) => undo.push(action)), stopped]);
  } catch (error) {
    for (const action of undo) action();
    throw error;
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
