import type { Hold } from '../src/core/ai/benchmark/hold.js';
import { keptOf, resultOf, type BenchmarkData } from '../src/core/ai/benchmark/result.js';
import { present } from '../src/core/linux/present.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Awaits, Call } from '../src/ports/tool.js';
import { runBenchmark, type BenchmarkAsked } from './benchmark-run.js';
import type { Served } from './served-endpoint.js';
import { putBackLater } from './put-back-later.js';
import { whileHeld } from './while-held.js';

/** Measures while the device is held, keeps the result, and puts the device back. */
export async function measure(
  asked: BenchmarkAsked,
  served: Served,
  hold: Hold,
  device: Device,
  call: Call,
): Promise<BenchmarkData> {
  const { result, restored } = await whileHeld(hold, device, call, async () => {
    const atMs = call.now();
    const data = await runBenchmark(asked, served, device, call);
    await call.store.benchmarks.add([keptOf(device.name, data, atMs)]);
    return data;
  });
  return present({ ...result, restored });
}

/** What another server measured before it ended: puts the device back, and tells the result where there is one. */
export async function keptEarlier(awaits: Awaits, device: Device, call: Call): Promise<BenchmarkData> {
  const [kept] = await call.store.benchmarks.find({ ids: [call.changeId], devices: [device.name], limit: 1 });
  const data = kept && resultOf(kept);
  let restored: string | undefined;
  try {
    restored = await putBackLater(awaits, device, call);
  } catch (error) {
    // Measured and kept is told as such; that the device could not be asked is no end yet.
    if (data === undefined || !(error instanceof Failure) || error.kind !== 'command_failed') throw error;
    return { ...data, notes: [...(data.notes ?? []), `${error.message} ${error.hint ?? ''}`.trim()] };
  }
  if (data !== undefined) return present({ ...data, restored });
  throw new Failure(
    'command_failed',
    ['The server that measured has ended before the end.', restored].filter(Boolean).join(' '),
    { hint: 'Nothing was kept of it. Call again where it is still wanted.', retry: 'check_first' },
  );
}
