import { parseTegrastatsLine } from '../src/core/jetson/tegrastats-line.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { pause } from './pause.js';

const everyMs = 200;
/** Samples of the GPU's load before the work begins, and how long they are waited for. */
const calmSamples = 2;
const calmMs = 2000;
/** Percent by which the load has to rise: what a desktop does to it is less. */
const leastRise = 20;

/** Does some work, and says whether tegrastats (GR3D) showed the GPU's load rise meanwhile; false also where it shows none. */
export async function gpuRise<T>(
  work: () => Promise<T>,
  device: Device,
  { signal }: Pick<Call, 'signal'>,
): Promise<{ readonly result: T; readonly rose: boolean }> {
  const over = new AbortController();
  const loads: number[] = [];
  let calm: () => void = () => undefined;
  const isCalm = new Promise<void>((resolve) => (calm = resolve));
  const sudo = (await device.sudoKind(signal)) !== 'none';
  const followed = device
    .follow(
      { argv: ['tegrastats', '--interval', String(everyMs)], sudo },
      (line) => {
        const load = parseTegrastatsLine(line).gpu?.loadPercent;
        if (load !== undefined && loads.push(load) >= calmSamples) calm();
        return 'more';
      },
      AbortSignal.any([signal, over.signal]),
    )
    // Without tegrastats there is no evidence, and the work goes on.
    .catch(() => undefined);
  try {
    await Promise.race([isCalm, followed, pause(calmMs, AbortSignal.any([signal, over.signal]))]);
    const result = await work();
    // The load of the last moments is told with the next sample.
    await Promise.race([followed, pause(2 * everyMs, signal)]);
    const before = Math.max(...loads.slice(0, calmSamples));
    return { result, rose: loads.slice(calmSamples).some((load) => load >= before + leastRise) };
  } finally {
    over.abort();
    await followed;
  }
}
