import type { Command } from '../src/core/command.js';
import { Failure } from '../src/core/errors.js';
import { nvpmodelOutcome, outputIn, type NvpmodelOutcome } from '../src/core/jetson/nvpmodel-outcome.js';
import type { Device } from '../src/ports/fleet.js';

/**
 * Runs `nvpmodel -m`. Its exit code tells nothing, and where the board may reboot, a link that breaks under it is how a
 * switch looks: `rebooting`. Rejects where nothing was sent or the caller went away.
 */
export async function sendNvpmodel(
  step: Command,
  device: Device,
  mayReboot: boolean,
  signal: AbortSignal,
): Promise<NvpmodelOutcome> {
  const read = (output: Parameters<typeof nvpmodelOutcome>[0]): NvpmodelOutcome => {
    const outcome = nvpmodelOutcome(output);
    return outcome === 'rebooting' && !mayReboot ? 'reboot_refused' : outcome;
  };
  try {
    return read(await device.run(step, signal));
  } catch (error) {
    if (!(error instanceof Failure) || signal.aborted) throw error;
    const output = outputIn(error.cause);
    if (output) return read(output);
    if (mayReboot && error.retry === 'check_first') return 'rebooting';
    throw error;
  }
}
