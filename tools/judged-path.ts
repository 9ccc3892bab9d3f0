import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';

async function asked(path: string, device: Device, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await device.files.realPath(path, signal);
  } catch (error) {
    // Its folder is not there yet.
    if (error instanceof Failure && error.kind === 'invalid_input') return undefined;
    throw error;
  }
}

/** Has the policy judge a path that a change is to make, and where the links in it lead. `base` is the nearest folder that is there. */
export async function judgedPath(path: string, base: string, device: Device, signal: AbortSignal): Promise<void> {
  if ((await asked(path, device, signal)) !== undefined) return;
  const real = await asked(base, device, signal);
  const rest = base === '/' ? path : path.slice(base.length);
  if (real !== undefined && real !== base) await asked(`${real === '/' ? '' : real}${rest}`, device, signal);
}
