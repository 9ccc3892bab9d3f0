import { z } from 'zod';
import { present } from '../../linux/present.js';
import { count } from './figures.js';
import { jsonOf } from './json-of.js';
import { prometheusSamples, sumOf } from './prometheus.js';

/** What an engine counts since its start, and how it stands now. Rates are made of two looks at the counters. */
export interface EngineMetrics {
  readonly promptTokens?: number | undefined;
  readonly promptSeconds?: number | undefined;
  readonly generatedTokens?: number | undefined;
  /** Time spent generating; engines that batch do not tell it. */
  readonly generatedSeconds?: number | undefined;
  /** Requests in work, and those that wait. */
  readonly running?: number | undefined;
  readonly waiting?: number | undefined;
  /** Of the KV cache, 0 to 1. */
  readonly cacheUsed?: number | undefined;
  /** GPU memory as the engine counts it; TensorRT-LLM tells. */
  readonly gpuBytes?: number | undefined;
}

const names: Readonly<Record<keyof Omit<EngineMetrics, 'gpuBytes'>, readonly string[]>> = {
  promptTokens: ['llamacpp:prompt_tokens_total', 'vllm:prompt_tokens_total', 'sglang:prompt_tokens_total'],
  promptSeconds: ['llamacpp:prompt_seconds_total'],
  generatedTokens: [
    'llamacpp:tokens_predicted_total',
    'vllm:generation_tokens_total',
    'sglang:generation_tokens_total',
  ],
  generatedSeconds: ['llamacpp:tokens_predicted_seconds_total'],
  running: ['llamacpp:requests_processing', 'vllm:num_requests_running', 'sglang:num_running_reqs'],
  waiting: ['llamacpp:requests_deferred', 'vllm:num_requests_waiting', 'sglang:num_queue_reqs'],
  // kv_cache_* left llama.cpp in 2025; vLLM's bore `gpu_` until 0.11.
  cacheUsed: [
    'llamacpp:kv_cache_usage_ratio',
    'vllm:kv_cache_usage_perc',
    'vllm:gpu_cache_usage_perc',
    'sglang:token_usage',
  ],
};

/** trtllm-serve's `/metrics` is no Prometheus text: statistics of its last iterations, newest last. */
const iterations = z.array(
  z.object({
    numActiveRequests: count.optional(),
    numQueuedRequests: count.optional(),
    gpuMemUsage: count.optional(),
    kvCacheStats: z.object({ usedNumBlocks: count.optional(), maxNumBlocks: count.optional() }).nullish(),
  }),
);

function ofIterations(json: unknown): EngineMetrics | undefined {
  const parsed = iterations.safeParse(json);
  if (!parsed.success) return undefined;
  const last = parsed.data.at(-1);
  const { usedNumBlocks: used, maxNumBlocks: most = 0 } = last?.kvCacheStats ?? {};
  return present({
    running: last?.numActiveRequests,
    waiting: last?.numQueuedRequests,
    gpuBytes: last?.gpuMemUsage,
    cacheUsed: used === undefined || most === 0 ? undefined : used / most,
  });
}

/** `/metrics` of any engine; undefined where it holds nothing known. */
export function engineMetrics(body: string): EngineMetrics | undefined {
  if (body.trimStart().startsWith('[')) return ofIterations(jsonOf(body));
  const samples = prometheusSamples(body);
  const known = Object.entries(names).flatMap(([key, each]): [string, number][] => {
    const value = sumOf(samples, ...each);
    return value === undefined ? [] : [[key, value]];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
