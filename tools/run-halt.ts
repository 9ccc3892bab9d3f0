import type { Command } from '../src/core/command.js';
import { Failure } from '../src/core/errors.js';
import { outputIn } from '../src/core/jetson/nvpmodel-outcome.js';
import type { Device } from '../src/ports/fleet.js';

/** Runs what ends a device's boot. That the link breaks under it is how it succeeds; that it exits with an error is not. */
export async function runHalt(steps: readonly Command[], device: Device, signal: AbortSignal): Promise<void> {
  for (const step of steps) {
    try {
      await device.run(step, signal);
    } catch (error) {
      const isCut = error instanceof Failure && error.retry === 'check_first' && outputIn(error.cause) === undefined;
      if (!isCut || signal.aborted) throw error;
    }
  }
}
