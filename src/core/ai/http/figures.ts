import { z } from 'zod';

/** A number that a rate can be reckoned from. */
export const count = z.number().nonnegative();

/** What an engine says of one answer that it gave: its own clock, so that the link's delay is not in it. */
export interface Figures {
  /** Tokens of the prompt, those taken from a cache included. */
  readonly promptTokens?: number | undefined;
  /** Of them, read from a cache. */
  readonly cachedTokens?: number | undefined;
  readonly promptSeconds?: number | undefined;
  readonly generatedTokens?: number | undefined;
  readonly generatedSeconds?: number | undefined;
  /** Until the model was in memory, where that was part of it. */
  readonly loadSeconds?: number | undefined;
  /** Tokens that a draft model proposed, and those of them that were kept. */
  readonly draftedTokens?: number | undefined;
  readonly acceptedTokens?: number | undefined;
}

/** Tokens a second; undefined where there is nothing to divide. */
export function perSecond(tokens: number | undefined, seconds: number | undefined): number | undefined {
  return tokens === undefined || seconds === undefined || seconds <= 0 ? undefined : tokens / seconds;
}

/** Prompt tokens that were computed in the time given, those of a cache left out. */
export function prefillRate({ promptTokens, cachedTokens = 0, promptSeconds }: Figures): number | undefined {
  return perSecond(promptTokens === undefined ? undefined : Math.max(0, promptTokens - cachedTokens), promptSeconds);
}

/** Generated tokens a second. */
export function decodeRate({ generatedTokens, generatedSeconds }: Figures): number | undefined {
  return perSecond(generatedTokens, generatedSeconds);
}
