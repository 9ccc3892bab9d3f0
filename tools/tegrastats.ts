import { abortFailure, Failure } from '../src/core/errors.js';
import {
  hardwareReading,
  lacksGpu,
  type GpuBeside,
  type HardwareReading,
} from '../src/core/jetson/hardware-reading.js';
import { parseTegrastatsLine } from '../src/core/jetson/tegrastats-line.js';
import type { TegrastatsSample } from '../src/core/jetson/tegrastats-sample.js';
import { cleanName } from '../src/core/untrusted.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { gpuBeside } from './gpu-beside.js';

/** Why sampling ended: as planned, at the call's deadline, by the caller, or because tegrastats did. */
export const endings = ['complete', 'deadline', 'cancelled', 'program_ended'] as const;

export interface Sampled {
  readonly readings: readonly [HardwareReading, ...HardwareReading[]];
  readonly endedBy: (typeof endings)[number];
  readonly asRoot: boolean;
  readonly unknown: readonly string[];
}

/** Kept free at the end of a call for what follows the last sample. */
const reserveMs = 1500;
const mostUnknown = 20;

/**
 * Takes `count` samples at an interval, as root where that is to be had; of a line that says too little of the GPU, the
 * rest comes from sysfs. Ends before the call's deadline, and on cancel with what there is. Rejects where there is nothing.
 */
export async function sampleTegrastats(
  device: Device,
  call: Call,
  {
    intervalMs,
    count,
    onReading,
  }: { intervalMs: number; count: number; onReading?: (reading: HardwareReading, n: number) => void },
): Promise<Sampled> {
  const asRoot = (await device.sudoKind(call.signal)) !== 'none';
  const taken: { sample: TegrastatsSample; beside: Promise<GpuBeside> }[] = [];
  let endedBy: Sampled['endedBy'] = 'program_ended';
  const onLine = (line: string): 'more' | 'enough' => {
    const sample = parseTegrastatsLine(line);
    // A message of the program's own is no sample; without RAM and CPU there is none of any release.
    if (sample.ram === undefined && sample.cpu === undefined) return 'more';
    // A GPU that cannot be asked beside is a missing field, not a failure of the sample.
    const beside = lacksGpu(sample) ? gpuBeside(device, call.signal).catch((): GpuBeside => ({})) : Promise.resolve({});
    taken.push({ sample, beside });
    onReading?.(hardwareReading(sample), taken.length);
    if (taken.length >= count) endedBy = 'complete';
    else if (call.now() + intervalMs + reserveMs > call.deadlineMs) endedBy = 'deadline';
    else return 'more';
    return 'enough';
  };
  try {
    await device.follow({ argv: ['tegrastats', '--interval', String(intervalMs)], sudo: asRoot }, onLine, call.signal);
  } catch (error) {
    if (taken.length === 0 && error instanceof Failure && error.kind === 'command_failed') throw noTegrastats(error);
    if (taken.length === 0 || !call.signal.aborted) throw error;
    endedBy = abortFailure(call.signal).kind === 'cancelled' ? 'cancelled' : 'deadline';
  }
  const [first, ...rest] = await Promise.all(
    taken.map(async ({ sample, beside }) => hardwareReading(sample, await beside)),
  );
  if (!first) throw noTegrastats();
  const unknown = [...new Set(taken.flatMap(({ sample }) => sample.unknown))]
    .slice(0, mostUnknown)
    .map((token) => cleanName(token, 64));
  return { readings: [first, ...rest], endedBy, asRoot, unknown };
}

function noTegrastats(cause?: unknown): Failure {
  const hint =
    'It is part of NVIDIA Jetson Linux (package nvidia-l4t-tools). device_describe tells what this machine is.';
  return new Failure('unsupported', 'tegrastats is not there, or it printed no sample.', { hint, retry: 'no', cause });
}
