import { abortFailure } from '../src/core/errors.js';
import { pause } from './pause.js';

/** Looks again and again until there is something to see. Rejects when the signal aborts. */
export async function until<T>(look: () => Promise<T | undefined>, everyMs: number, signal: AbortSignal): Promise<T> {
  while (!signal.aborted) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await pause(everyMs, signal);
  }
  throw abortFailure(signal);
}
