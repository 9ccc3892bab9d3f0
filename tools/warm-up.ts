import { wordsAfter, wordsFor } from '../src/core/ai/benchmark/prompts.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { timedAnswer } from './load-round.js';
import type { Served } from './served-endpoint.js';

/** Prompts of the warm-up are none of the load's. */
const warmSeeds = [1, 2, 3] as const;
const warmTokens = 16;

/**
 * Has the engine load and compile what it does at its first answers, and finds out how many words make a prompt of so many tokens here.
 * Rejects where it does not answer.
 */
export async function warmUp(promptTokens: number, served: Served, device: Device, call: Call): Promise<number> {
  let words = wordsFor(promptTokens);
  for (const seed of warmSeeds) {
    const answer = await timedAnswer(served, { words, outputTokens: warmTokens }, seed, device, call);
    if (answer.failed) throw noAnswer();
    const counted = answer.figures?.promptTokens;
    if (counted !== undefined) words = wordsAfter(promptTokens, words, counted);
  }
  return words;
}

const noAnswer = (): Failure =>
  new Failure('command_failed', 'The engine did not answer the first request of the benchmark.', {
    hint: 'ai_logs tells why; a prompt longer than its context is refused. Try fewer promptTokens.',
    retry: 'check_first',
  });
