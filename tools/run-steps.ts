import type { Command } from '../src/core/command.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';

/**
 * Runs commands in their order and stops at the first that exits with an error. It does not reject for that: what came of
 * it is for the tool to ask the device, whose answer says more than an exit code.
 */
export async function runSteps(steps: readonly Command[], device: Device, signal: AbortSignal): Promise<void> {
  for (const step of steps) {
    try {
      await device.run(step, signal);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'command_failed') return;
      throw error;
    }
  }
}
