import { abortFailure, Failure } from '../src/core/errors.js';
import { parseTegrastatsLine } from '../src/core/jetson/tegrastats-line.js';
import type { TegrastatsSample } from '../src/core/jetson/tegrastats-sample.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** Why sampling ended: as planned, at the call's deadline, by the caller, or because tegrastats did. */
export const endings = ['complete', 'deadline', 'cancelled', 'program_ended'] as const;

export interface Ended {
  readonly endedBy: (typeof endings)[number];
  readonly asRoot: boolean;
}
export interface Followed extends Ended {
  readonly samples: readonly [TegrastatsSample, ...TegrastatsSample[]];
}
export interface SamplingPlan {
  readonly intervalMs: number;
  readonly count: number;
}

/** Kept free at the end of a call for what follows the last sample. */
const reserveMs = 1500;

/**
 * Takes `count` samples at an interval, as root where that is to be had, and tells each as it comes, numbered from 1.
 * Ends before the call's deadline, and on cancel with what there is. Rejects where there is nothing.
 */
export async function followTegrastats(
  device: Device,
  call: Call,
  { intervalMs, count }: SamplingPlan,
  onSample: (sample: TegrastatsSample, n: number) => void = () => undefined,
): Promise<Followed> {
  const asRoot = (await device.sudoKind(call.signal)) !== 'none';
  const samples: TegrastatsSample[] = [];
  let endedBy: Ended['endedBy'] = 'program_ended';
  const onLine = (line: string): 'more' | 'enough' => {
    const sample = parseTegrastatsLine(line);
    // A message of the program's own is no sample; without RAM and CPU there is none of any release.
    if (sample.ram === undefined && sample.cpu === undefined) return 'more';
    samples.push(sample);
    onSample(sample, samples.length);
    if (samples.length >= count) endedBy = 'complete';
    else if (call.now() + intervalMs + reserveMs > call.deadlineMs) endedBy = 'deadline';
    else return 'more';
    return 'enough';
  };
  try {
    await device.follow({ argv: ['tegrastats', '--interval', String(intervalMs)], sudo: asRoot }, onLine, call.signal);
  } catch (error) {
    if (samples.length === 0 && error instanceof Failure && error.kind === 'command_failed') throw noTegrastats(error);
    if (samples.length === 0 || !call.signal.aborted) throw error;
    endedBy = abortFailure(call.signal).kind === 'cancelled' ? 'cancelled' : 'deadline';
  }
  const [first, ...rest] = samples;
  if (!first) throw noTegrastats();
  return { samples: [first, ...rest], endedBy, asRoot };
}

function noTegrastats(cause?: unknown): Failure {
  const hint =
    'It is part of NVIDIA Jetson Linux (package nvidia-l4t-tools). device_describe tells what this machine is.';
  return new Failure('unsupported', 'tegrastats is not there, or it printed no sample.', { hint, retry: 'no', cause });
}
