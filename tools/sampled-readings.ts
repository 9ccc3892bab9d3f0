import {
  hardwareReading,
  lacksGpu,
  type GpuBeside,
  type HardwareReading,
} from '../src/core/jetson/hardware-reading.js';
import type { TegrastatsSample } from '../src/core/jetson/tegrastats-sample.js';
import { gpuBeside } from '../src/core/probes/gpu-beside.js';
import { cleanName } from '../src/core/untrusted.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { followTegrastats, type Ended, type SamplingPlan } from './tegrastats.js';

export interface Sampled extends Ended {
  readonly readings: readonly [HardwareReading, ...HardwareReading[]];
  readonly unknown: readonly string[];
}

const mostUnknown = 20;

/** Samples tegrastats as `followTegrastats` does: of a line that says too little of the GPU, the rest is asked beside it. */
export async function sampleTegrastats(
  device: Device,
  call: Call,
  plan: SamplingPlan,
  onReading: (reading: HardwareReading, n: number) => void = () => undefined,
): Promise<Sampled> {
  const asked = new Map<TegrastatsSample, Promise<GpuBeside>>();
  const onSample = (sample: TegrastatsSample, n: number): void => {
    if (lacksGpu(sample)) asked.set(sample, besideOf(sample, device, call));
    onReading(hardwareReading(sample), n);
  };
  const { samples, ...ended } = await followTegrastats(device, call, plan, onSample);
  const readingOf = async (sample: TegrastatsSample): Promise<HardwareReading> =>
    hardwareReading(sample, await asked.get(sample));
  const [first, ...rest] = samples;
  const unknown = [...new Set(samples.flatMap((sample) => sample.unknown))]
    .slice(0, mostUnknown)
    .map((token) => cleanName(token, 64));
  return { readings: [await readingOf(first), ...(await Promise.all(rest.map(readingOf)))], ...ended, unknown };
}

/** A GPU that cannot be asked is a missing field, not a failure of the sample. */
function besideOf({ gpu }: TegrastatsSample, device: Device, { signal }: Call): Promise<GpuBeside> {
  return device.ask(gpuBeside(gpu?.loadPercent === undefined), signal).catch((): GpuBeside => ({}));
}
