import { decodeOf } from '../src/core/ai/benchmark/result.js';
import { keptOf } from '../src/core/ai/benchmark/result.js';
import { peakOf } from '../src/core/ai/benchmark/board-facts.js';
import { meanWatts } from '../src/core/ai/benchmark/energy.js';
import { meanOf, rounded } from '../src/core/ai/benchmark/statistics.js';
import { hottest } from '../src/core/jetson/alerts.js';
import { present } from '../src/core/linux/present.js';
import { fanControlProbe } from '../src/core/probes/fan-control.js';
import type { Measure } from '../src/core/optimize/verdict.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { runBenchmark } from './benchmark-run.js';
import { BoardRecorder } from './board-recorder.js';
import { pause } from './pause.js';
import type { Served } from './served-endpoint.js';

const load = { promptTokens: 256, outputTokens: 96, concurrency: [1], repeats: 3, seed: 42 };
const watchMs = 15_000;

/** How a board does: by a short benchmark where there is an endpoint, else by watching it for a while. */
export async function measureBoard(
  id: string,
  served: Served | undefined,
  device: Device,
  call: Call,
): Promise<Measure> {
  if (served === undefined) return watched(device, call);
  const atMs = call.now();
  const result = await runBenchmark({ ...load, id }, served, device, call);
  await call.store.benchmarks.add([keptOf(device.name, result, atMs)]);
  const [level] = result.levels;
  return present({
    benchmark: id,
    decodeTokensPerSecond: level && decodeOf(level),
    tokensPerJoule: level?.energy?.tokensPerJoule,
    watts: level?.energy?.watts,
    hottestCelsius: hottest(result.board.temperaturesCelsius)?.value,
    ramUsedBytes: result.board.ramUsedBytes,
    fanPercent: await fanPercent(device, call),
  });
}

async function watched(device: Device, call: Call): Promise<Measure> {
  const recorder = await BoardRecorder.start(device, call);
  const fromMs = call.now();
  try {
    await pause(watchMs, call.signal);
    const peak = peakOf(recorder.since(fromMs));
    const watts = meanWatts(recorder.power(), { fromMs, toMs: call.now() });
    return present({
      watts: watts === undefined ? undefined : rounded(watts),
      hottestCelsius: hottest(peak.temperaturesCelsius)?.value,
      ramUsedBytes: peak.ramUsedBytes,
      fanPercent: await fanPercent(device, call),
    });
  } finally {
    await recorder.stop();
  }
}

async function fanPercent(device: Device, { signal }: Call): Promise<number | undefined> {
  const { switches } = await device.ask(fanControlProbe, signal);
  const pwm = meanOf(switches.map((fan) => fan.pwm));
  return pwm === undefined ? undefined : Math.round((pwm / 255) * 100);
}
