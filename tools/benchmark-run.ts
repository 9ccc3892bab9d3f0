import { circumstancesOf, peakOf, throttleUnder } from '../src/core/ai/benchmark/board-facts.js';
import type { Asked } from '../src/core/ai/benchmark/asked.js';
import { benchmarkNotes } from '../src/core/ai/benchmark/notes.js';
import type { OwnTool } from '../src/core/ai/benchmark/own-tool.js';
import { resultSentence, type BenchmarkData } from '../src/core/ai/benchmark/result.js';
import { aiBoardProbe } from '../src/core/probes/ai-board.js';
import { secondLook } from '../src/core/probes/second-look.js';
import { throttleProbe } from '../src/core/probes/throttle.js';
import { present } from '../src/core/linux/present.js';
import { rounded } from '../src/core/ai/benchmark/statistics.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { loadOverHttp } from './benchmark-load.js';
import { BoardRecorder } from './board-recorder.js';
import { loadByOwnTool } from './own-tool-run.js';
import type { Served } from './served-endpoint.js';
import { warmUp } from './warm-up.js';
import { lockHolds } from './lock-holds.js';

/** One benchmark of one endpoint. */
export interface BenchmarkAsked extends Asked {
  readonly id: string;
  readonly tool?: OwnTool | undefined;
}

/** Measures an endpoint on a device that has been prepared for it. */
export async function runBenchmark(
  asked: BenchmarkAsked,
  served: Served,
  device: Device,
  call: Call,
): Promise<BenchmarkData> {
  const { id, promptTokens, outputTokens, repeats, seed, ratePerSecond, tool } = asked;
  const board = await device.ask(aiBoardProbe, call.signal);
  const before = await device.ask(throttleProbe, call.signal);
  const startedMs = call.now();
  const recorder = await BoardRecorder.start(device, call);
  try {
    call.progress('warming up');
    const words = tool ? 0 : await warmUp(promptTokens, served, device, call);
    const idleWatts = await recorder.idleWatts(call);
    const loadedMs = call.now();
    await lockHolds(device, call);
    const around = { served, shape: { words, outputTokens }, idleWatts };
    const { levels, under } = tool
      ? await loadByOwnTool(tool, around, recorder, device, call)
      : await loadOverHttp(asked, around, recorder, device, call);
    const after = await device.ask(secondLook(false), call.signal);
    const ended = await recorder.stop();
    const how = { method: tool?.method ?? ('http' as const), promptTokens, outputTokens, repeats, seed, ratePerSecond };
    const facts = {
      idleWatts: idleWatts === undefined ? undefined : rounded(idleWatts),
      ...peakOf(recorder.since(loadedMs)),
      throttle: throttleUnder(before, under, recorder.samples.at(-1)?.reading, after.overcurrent),
    };
    const { processor } = served;
    return present({
      id,
      endpoint: served.name,
      at: new Date(startedMs).toISOString(),
      says: resultSentence({ levels: [...levels], board: facts }),
      circumstances: circumstancesOf(served, board, before, how),
      levels: [...levels],
      board: present(facts),
      notes: benchmarkNotes({ levels, promptTokens, outputTokens, processor, ended, powered: idleWatts !== undefined }),
    });
  } finally {
    await recorder.stop();
  }
}
