import { Failure } from '../src/core/errors.js';
import type { Change } from '../src/core/optimize/changes.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { putBack } from './put-back.js';

const undoMs = 60_000;

/** Makes one change. What failed at its first step has not been made, and there is nothing of it to undo. */
export async function make(change: Change, made: Change[], device: Device, { signal }: Call): Promise<void> {
  for (const [i, step] of change.steps.entries()) {
    try {
      await device.run(step, signal);
    } catch (error) {
      const none = i === 0 && error instanceof Failure && error.kind === 'command_failed';
      if (!none && !made.includes(change)) made.push(change);
      throw error;
    }
    if (!made.includes(change)) made.push(change);
  }
}

/** Undoes changes, the last first, although the call may be over, and looks whether they are undone. Rejects with `NotBack`. */
export async function undo(made: readonly Change[], device: Device): Promise<void> {
  const steps = [...made].reverse().flatMap(({ back }) => back);
  await putBack(steps, device, AbortSignal.timeout(undoMs));
}
