import { Failure } from '../src/core/errors.js';
import type { HardwareReading } from '../src/core/jetson/hardware-reading.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { sampleTegrastats } from './tegrastats.js';

/** One sample, or undefined where this machine has no tegrastats. */
export async function oneReading(device: Device, call: Call, intervalMs: number): Promise<HardwareReading | undefined> {
  try {
    return (await sampleTegrastats(device, call, { intervalMs, count: 1 })).readings[0];
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unsupported') return undefined;
    throw error;
  }
}
