import { clocksState, type ClocksState } from '../../jetson/clocks-state.js';
import type { HardwareReading } from '../../jetson/hardware-reading.js';
import { throttleAnswer } from '../../jetson/throttle-data.js';
import { present } from '../../linux/present.js';
import type { OvercurrentCount } from '../../probes/overcurrent.js';
import type { ThrottleState } from '../../probes/throttle.js';
import type { AiBoard } from '../ai-board.js';
import type { Circumstances } from './circumstances.js';
import type { BenchmarkData } from './result.js';

function clocksOf({ cpu, gpu }: ThrottleState): ClocksState {
  return clocksState({
    cpus: cpu.clusters,
    gpus: gpu.gpus,
    ...(gpu.emc && { emc: gpu.emc }),
    ...(cpu.idleAllowed !== undefined && { idleAllowed: cpu.idleAllowed }),
  });
}

/** The circumstances of a benchmark: of what was measured, on what, and how. */
export function circumstancesOf(
  served: Pick<Circumstances, 'engine' | 'model'> & Partial<Circumstances>,
  board: AiBoard,
  state: ThrottleState,
  how: Pick<Circumstances, 'method' | 'promptTokens' | 'outputTokens' | 'repeats' | 'seed' | 'ratePerSecond'>,
): Circumstances {
  const { engine, engineVersion, image, digest, model, modelDigest, quantisation, context, slots, processor } = served;
  const { module, l4t, jetpack, desktop } = board;
  return present({
    ...{ engine, engineVersion, image, digest, model, modelDigest, quantisation, context, slots, processor },
    ...how,
    ...{ module, l4t, jetpack, powerMode: state.mode.current?.name, clocks: clocksOf(state), desktop },
  });
}

/** What held a board back: counters from before the load to after it, everything else as it was under the load. */
export function throttleUnder(
  before: ThrottleState,
  under: ThrottleState,
  reading: HardwareReading | undefined,
  after: OvercurrentCount,
): NonNullable<BenchmarkData['board']['throttle']> {
  const { verdict, reasons } = throttleAnswer({ ...under, overcurrent: before.overcurrent }, reading, after);
  const events = [...after.counts].flatMap(([name, count]): [string, number][] => {
    const was = before.overcurrent.counts.get(name);
    return was === undefined || count <= was ? [] : [[name, count - was]];
  });
  return {
    verdict,
    active: reasons.filter(({ active }) => active).map(({ kind }) => kind),
    ...(events.length > 0 && { overcurrentEvents: Object.fromEntries(events) }),
  };
}

/** The highest of memory and of each temperature. */
export function peakOf(readings: readonly HardwareReading[]): Omit<BenchmarkData['board'], 'throttle' | 'idleWatts'> {
  const [ram] = readings.flatMap((each) => (each.ram ? [each.ram] : [])).sort((a, b) => b.usedBytes - a.usedBytes);
  const hottest: Record<string, number> = {};
  for (const [zone, celsius] of readings.flatMap((each) => Object.entries(each.temperaturesCelsius ?? {})))
    hottest[zone] = Math.max(hottest[zone] ?? celsius, celsius);
  return {
    ...(ram && { ramUsedBytes: ram.usedBytes, ramTotalBytes: ram.totalBytes }),
    ...(Object.keys(hottest).length > 0 && { temperaturesCelsius: hottest }),
  };
}
