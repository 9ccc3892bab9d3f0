import type { Hold } from '../src/core/ai/benchmark/hold.js';
import { launched } from '../src/core/jobs/job-commands.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { lockHolds } from './lock-holds.js';
import { failedAndNotBack, NotBack, notBack } from './not-back.js';
import { pause } from './pause.js';
import { putBack } from './put-back.js';

/** What has to be put back is put back although the call is over. */
const backMs = 60_000;
/** A lock that is taken already makes its job end at once. */
const lockMs = 500;

/** What came of work on a held device. */
export interface Done<T> {
  readonly result: T;
  /** What was seen after putting back; undefined where nothing had been changed. */
  readonly restored: string | undefined;
}

/** Begins what a hold changes, works, and puts it back: also where the work fails, or the call is taken back. */
export async function whileHeld<T>(hold: Hold, device: Device, call: Call, work: () => Promise<T>): Promise<Done<T>> {
  let failed: { readonly error: unknown } | undefined;
  let result: T | undefined;
  const [lock, ...steps] = hold.begin;
  // Until the first of them is through, there is nothing to put back: another measurement may have the board.
  let changed = false;
  try {
    if (lock) launched(await device.run(lock, call.signal));
    await pause(lockMs, call.signal);
    await lockHolds(device, call);
    changed = steps.length === 0;
    for (const step of steps) {
      await device.run(step, call.signal);
      changed = true;
    }
    result = await work();
  } catch (error) {
    failed = { error };
  }
  let restored: string | undefined;
  try {
    restored = await putBack(changed ? hold.back : hold.back.slice(-1), device, AbortSignal.timeout(backMs));
  } catch (error) {
    if (!(error instanceof NotBack)) throw error;
    throw failed === undefined ? notBack('It was measured', error) : failedAndNotBack(failed.error, error);
  }
  if (failed !== undefined) throw failed.error;
  return { result: result as T, restored };
}
