import { setTimeout as wait } from 'node:timers/promises';
import { Failure, isWithdrawn } from '../core/errors.js';
import { asFailure } from '../core/reply/failures.js';
import type { Call } from '../ports/tool.js';
import type { Ended } from './awaited-looks.js';

/** The answer must be out before the call's deadline. */
const spareMs = 700;

/** The call as work sees it that may outlast it: it ends when the client takes it back, the server stops, or its patience is over. */
export function outliving(call: Call, patienceMs: number, stopped: AbortSignal, told: (message: string) => void): Call {
  const withdrawn = new AbortController();
  const onAbort = (): void => {
    if (isWithdrawn(call.signal)) withdrawn.abort(call.signal.reason);
  };
  if (call.signal.aborted) onAbort();
  else call.signal.addEventListener('abort', onAbort, { once: true });
  const overdue = new AbortController();
  setTimeout(() => overdue.abort(tooLong()), patienceMs).unref();
  return {
    ...call,
    signal: AbortSignal.any([withdrawn.signal, stopped, overdue.signal]),
    deadlineMs: call.now() + patienceMs,
    progress: (message) => {
      told(message);
      call.progress(message);
    },
  };
}

/** How some work ended; never rejects. */
export async function endOf(work: Promise<unknown>, onBug: (error: unknown) => string): Promise<Ended> {
  try {
    return { data: await work };
  } catch (error) {
    return { failure: asFailure(error, onBug) };
  }
}

/** The end of some work where it comes while the call can still answer; undefined where it goes on. */
export async function withinCall(ended: Promise<Ended>, call: Call): Promise<Ended | undefined> {
  const over = new AbortController();
  const deadline = wait(Math.max(1, call.deadlineMs - call.now() - spareMs), undefined, {
    signal: AbortSignal.any([call.signal, over.signal]),
  }).catch(() => undefined);
  try {
    const first = await Promise.race([ended, deadline]);
    // What the client took back is ended, and that end belongs to the call.
    return first ?? (isWithdrawn(call.signal) ? await ended : undefined);
  } finally {
    over.abort();
  }
}

const tooLong = (): Failure =>
  new Failure('timeout', 'The work took longer than it was given, and was stopped.', { retry: 'check_first' });
