import { answerTimes, type AnswerTimes } from '../src/core/ai/benchmark/answer-timing.js';
import type { RoundDone } from '../src/core/ai/benchmark/level.js';
import type { PlannedRound } from '../src/core/ai/benchmark/load-plan.js';
import { promptOf } from '../src/core/ai/benchmark/prompts.js';
import { completionRequest } from '../src/core/ai/http/completion-request.js';
import { StreamReading } from '../src/core/ai/http/stream-reading.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { pause } from './pause.js';
import type { Served } from './served-endpoint.js';

/** What each request of a load is made of. */
export interface LoadShape {
  readonly words: number;
  readonly outputTokens: number;
}

/** Of a streamed answer nothing is kept but when its parts came. */
const keptBytes = 65_536;

/** Asks an endpoint once and times its answer. What the engine refuses is a failed answer; rejects only where the call ends. */
export async function timedAnswer(
  { api, port, served, context, engine }: Served,
  { words, outputTokens }: LoadShape,
  seed: number,
  device: Device,
  { signal }: Call,
): Promise<AnswerTimes> {
  const request = completionRequest(api, {
    model: served,
    prompt: promptOf(words, seed),
    maxTokens: outputTokens,
    seed,
    stream: true,
    // TensorRT-LLM, vLLM, SGLang and llama.cpp have the word; others would refuse it.
    ignoreEnd: ['llama.cpp', 'vllm', 'sglang', 'tensorrt-llm'].includes(engine),
    context,
  });
  const reading = new StreamReading(api);
  const sentMs = performance.now();
  try {
    const { status } = await device.http.request({ port, ...request, maxBytes: keptBytes }, signal, (text, atMs) =>
      reading.take(text, atMs),
    );
    const endMs = performance.now();
    reading.end(endMs);
    return answerTimes(reading, sentMs, endMs, status === 200);
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return answerTimes(reading, sentMs, performance.now(), false);
  }
}

/** Sends the requests of a round at their moments, whether or not earlier ones are answered, and waits for all answers. */
export async function loadRound(
  round: PlannedRound,
  served: Served,
  shape: LoadShape,
  device: Device,
  call: Call,
): Promise<RoundDone> {
  const fromMs = call.now();
  const answers = await Promise.all(
    round.requests.map(async ({ afterMs, seed }) => {
      if (afterMs > 0) await pause(afterMs, call.signal);
      return timedAnswer(served, shape, seed, device, call);
    }),
  );
  return { concurrency: round.concurrency, answers, window: { fromMs, toMs: call.now() } };
}
