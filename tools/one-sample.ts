import { Failure } from '../src/core/errors.js';
import type { TegrastatsSample } from '../src/core/jetson/tegrastats-sample.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { followTegrastats } from './tegrastats.js';

/** One sample, or undefined where this machine has no tegrastats. */
export async function oneSample(device: Device, call: Call, intervalMs: number): Promise<TegrastatsSample | undefined> {
  try {
    return (await followTegrastats(device, call, { intervalMs, count: 1 })).samples[0];
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unsupported') return undefined;
    throw error;
  }
}
