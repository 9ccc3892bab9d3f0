/** How fast the stand-in engine works. */
export interface Pace {
  readonly prefillPerSecond: number;
  /** Tokens a second of one request that is alone. */
  readonly decodePerSecond: number;
  /** Of the gaps between tokens; the same seed and request give the same gaps on every machine. */
  readonly seed: number;
}

/** Each further request at once slows all of them by this share: together they get more. */
const slowdown = 0.25;
/** The most that a gap differs from the mean. */
const swing = 0.3;

/** Tokens a second of one request, of so many at once. */
export function rateOf({ decodePerSecond }: Pace, atOnce: number): number {
  return decodePerSecond / (1 + slowdown * (atOnce - 1));
}

/** Milliseconds between one token and the next, each other than the last; together they are what the rate says, to the microsecond. */
export function gapsOf(pace: Pace, request: number, tokens: number, atOnce: number): readonly number[] {
  let state = (pace.seed * 2_654_435_761 + request * 40_503 + 1) >>> 0;
  const weights = Array.from({ length: Math.max(0, tokens - 1) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 1 + swing * ((state >>> 8) / 2 ** 23 - 1);
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const all = (weights.length * 1000) / rateOf(pace, atOnce);
  return weights.map((weight) => (weight / sum) * all);
}

/** Tokens of a prompt: a word each, and what the chat template adds. */
export function tokensIn(prompt: string): number {
  return prompt.split(' ').length + 9;
}
