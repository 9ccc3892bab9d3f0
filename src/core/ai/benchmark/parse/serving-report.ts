/** How long something took, in milliseconds, as far as a tool tells it. */
export interface Spread {
  readonly mean?: number | undefined;
  readonly p50?: number | undefined;
  readonly p90?: number | undefined;
  readonly p95?: number | undefined;
  readonly p99?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** What a load generator says of a serving engine: vLLM's, SGLang's, TensorRT-LLM's, NVIDIA's genai-perf. */
export interface ServingReport {
  readonly requests?: number | undefined;
  readonly failed?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly seconds?: number | undefined;
  readonly promptTokens?: number | undefined;
  readonly generatedTokens?: number | undefined;
  readonly requestsPerSecond?: number | undefined;
  /** Generated, of all requests together. */
  readonly outputTokensPerSecond?: number | undefined;
  readonly totalTokensPerSecond?: number | undefined;
  readonly ttftMs?: Spread | undefined;
  /** Time per output token without the first. */
  readonly tpotMs?: Spread | undefined;
  readonly interTokenMs?: Spread | undefined;
  readonly requestMs?: Spread | undefined;
}

/** Names of a spread's figures as the tools write them. */
const figureNames: Readonly<Record<string, keyof Spread>> = {
  mean: 'mean',
  avg: 'mean',
  average: 'mean',
  median: 'p50',
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  min: 'min',
  minimum: 'min',
  max: 'max',
  maximum: 'max',
};

/** A spread's figure by its name in any case; undefined for one that nobody asks for (P75). */
export function figureNamed(name: string): keyof Spread | undefined {
  return figureNames[name.trim().toLowerCase()];
}
