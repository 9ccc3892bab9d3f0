import { z } from 'zod';
import { clocksStates } from '../../jetson/clocks-state.js';
import { processors } from '../launch/endpoint.js';

/** How a benchmark was made: over HTTP by jetfleet, or by the engine's own tool. */
export const methods = ['http', 'llama-bench', 'vllm bench serve', 'trtllm-bench'] as const;

/** Under which circumstances something was measured. What could not be learnt is absent. */
export const circumstances = z.object({
  engine: z.string(),
  engineVersion: z.string().optional(),
  image: z.string().optional(),
  digest: z.string().optional(),
  model: z.string(),
  /** Ollama's digest of it; of a file, its SHA-256 as model_pull wrote it down. Of what an engine brings from a hub, none is told. */
  modelDigest: z.string().optional(),
  quantisation: z.string().optional(),
  context: z.number().optional(),
  slots: z.number().optional(),
  processor: z.enum(processors).optional(),
  method: z.enum(methods),
  /** As asked for; what came of it stands beside each figure. */
  promptTokens: z.number(),
  outputTokens: z.number(),
  repeats: z.number().optional(),
  seed: z.number().optional(),
  ratePerSecond: z.number().optional(),
  module: z.string().optional(),
  l4t: z.string().optional(),
  jetpack: z.string().optional(),
  powerMode: z.string().optional(),
  clocks: z.enum(clocksStates).optional(),
  desktop: z.boolean().optional(),
});
export type Circumstances = z.output<typeof circumstances>;

/** The work that is done: runs of different work cannot be ranked, whatever else is the same. */
export const workload = ['model', 'quantisation', 'promptTokens', 'outputTokens', 'ratePerSecond', 'method'] as const;

/** What may be compared, where that is what somebody wants to know: everything else has to be the same. */
export const factors = [
  'modelDigest',
  'module',
  'l4t',
  'powerMode',
  'clocks',
  'engine',
  'engineVersion',
  'image',
  'context',
  'slots',
  'processor',
] as const;

/** In what two runs differ; `unknown` for what one of them does not tell. */
export interface Difference {
  readonly what: string;
  readonly is: string;
  readonly was: string;
}

const told = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'unknown';

/** The image counts by its digest where both have one: tags move. */
function imagesOf(a: Circumstances, b: Circumstances): readonly [string, string] {
  const byDigest = a.digest !== undefined && b.digest !== undefined;
  return byDigest ? [told(a.digest), told(b.digest)] : [told(a.image), told(b.image)];
}

/** In what two runs differ, of all that a rate rests on. */
export function differences(a: Circumstances, b: Circumstances): readonly Difference[] {
  // Another model has another digest, and each engine has its own kind of them.
  const sameModel = a.model === b.model && a.quantisation === b.quantisation && a.engine === b.engine;
  return [...workload, ...factors].flatMap((what) => {
    if (what === 'modelDigest' && !sameModel) return [];
    const [is, was] = what === 'image' ? imagesOf(a, b) : [told(a[what]), told(b[what])];
    return is === was ? [] : [{ what, is, was }];
  });
}
