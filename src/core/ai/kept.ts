import { z } from 'zod';

/** A benchmark's result as it is kept: what was measured, and under which circumstances. Filled in by the benchmark. */
export const keptBenchmark = z.object({
  /** Of the change that made it. */
  id: z.string(),
  device: z.string(),
  /** Milliseconds since 1970 on this machine's clock. */
  atMs: z.number(),
  engine: z.string(),
  model: z.string(),
  /** Everything else: circumstances, figures, spread; see core/ai/benchmark. */
  data: z.record(z.string(), z.unknown()),
});
export type KeptBenchmark = z.output<typeof keptBenchmark>;

/** A model that is served, as it was launched. */
export const keptEndpoint = z.object({
  device: z.string(),
  /** Name of the container. */
  name: z.string(),
  atMs: z.number(),
  /** What was asked for and what came of it: engine, model, image digest, port; see core/ai/launch. */
  data: z.record(z.string(), z.unknown()),
});
export type KeptEndpoint = z.output<typeof keptEndpoint>;
