import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** Refuses, before anything runs, where the device's commands cannot become root. */
export async function needsRoot(device: Device, { signal }: Call): Promise<void> {
  if ((await device.sudoKind(signal)) !== 'none') return;
  throw new Failure('not_allowed', 'This needs root, and commands cannot become root on this device.', {
    hint: 'Give the device `sudo: { password: env:NAME }` in the fleet file, or its user a NOPASSWD rule on the device. device_doctor shows whether it works.',
    retry: 'no',
  });
}
