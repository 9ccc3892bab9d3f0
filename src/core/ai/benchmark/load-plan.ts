import { numbersFrom } from './prompts.js';

/** One request of a plan. */
export interface PlannedRequest {
  /** After the beginning of its round; it is sent then, whether or not earlier ones have been answered. */
  readonly afterMs: number;
  /** Makes its prompt, and is the engine's seed. */
  readonly seed: number;
}

/** Requests that are measured together. */
export interface PlannedRound {
  readonly concurrency: number;
  /** From 1. */
  readonly repeat: number;
  readonly requests: readonly PlannedRequest[];
}

/** What a load is made of. */
export interface LoadShape {
  readonly concurrency: readonly number[];
  readonly repeats: number;
  readonly seed: number;
  readonly ratePerSecond?: number | undefined;
}

/** Moments of arrivals that know nothing of each other, the first at once: gaps are exponential with a mean of 1/rate. */
function arrivals(count: number, ratePerSecond: number, seed: number): readonly number[] {
  const next = numbersFrom(seed);
  let atMs = 0;
  return Array.from({ length: count }, (_, i) => {
    if (i > 0) atMs += (-Math.log(1 - next() / 2 ** 24) * 1000) / ratePerSecond;
    return Math.round(atMs);
  });
}

/**
 * The rounds of a load, as often as repeats are asked for: at each level so many requests at once, or, with a rate, so many that arrive at
 * random at that rate, an open loop. The same shape gives the same prompts and arrivals, and no prompt comes twice.
 */
export function loadPlan({ concurrency, repeats, seed, ratePerSecond }: LoadShape): readonly PlannedRound[] {
  let made = 0;
  return concurrency.flatMap((level) =>
    Array.from({ length: repeats }, (_, i) => {
      const moments = ratePerSecond === undefined ? [] : arrivals(level, ratePerSecond, seed * 1000 + made);
      return {
        concurrency: level,
        repeat: i + 1,
        requests: Array.from({ length: level }, (_each, n) => ({
          afterMs: moments[n] ?? 0,
          seed: seed * 100_000 + ++made,
        })),
      };
    }),
  );
}
