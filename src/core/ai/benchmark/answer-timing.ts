import { decodeRate, perSecond, prefillRate, type Figures } from '../http/figures.js';
import type { StreamReading } from '../http/stream-reading.js';

/** When the parts of one streamed answer came, on this machine's monotonic clock. */
export interface AnswerTimes {
  readonly sentMs: number;
  readonly firstMs?: number | undefined;
  readonly lastMs?: number | undefined;
  readonly endMs: number;
  /** Between one piece of text and the next. */
  readonly gapsMs: readonly number[];
  readonly pieces: number;
  readonly figures?: Figures | undefined;
  /** The engine refused, or broke off. */
  readonly failed: boolean;
}

/** The times of an answer that has been read; `ok` where its status was good. */
export function answerTimes(reading: StreamReading, sentMs: number, endMs: number, ok: boolean): AnswerTimes {
  const { pieceTimesMs: at, figures, error, complete } = reading;
  return {
    sentMs,
    firstMs: at[0],
    lastMs: at.at(-1),
    endMs: Math.max(at.at(-1) ?? 0, endMs),
    gapsMs: at.slice(1).map((ms, i) => ms - (at[i] ?? ms)),
    pieces: at.length,
    figures: Object.keys(figures).length === 0 ? undefined : figures,
    failed: !ok || error !== undefined || at.length === 0 || !complete,
  };
}

/** Tokens that an answer has: by the engine's count, else one for each piece. */
export function generatedIn({ figures, pieces }: AnswerTimes): number {
  return figures?.generatedTokens ?? pieces;
}

/** Until the first piece of text. */
export function ttftMs({ sentMs, firstMs }: AnswerTimes): number | undefined {
  return firstMs === undefined ? undefined : firstMs - sentMs;
}

/** Tokens a second between the first and the last piece, seen from here. */
export function clientDecodeRate(answer: AnswerTimes): number | undefined {
  const { firstMs, lastMs } = answer;
  if (firstMs === undefined || lastMs === undefined) return undefined;
  return perSecond(generatedIn(answer) - 1, (lastMs - firstMs) / 1000);
}

/** Prompt tokens a second until the first piece, seen from here: waiting for a slot counts, as it does for whoever asks. */
export function clientPrefillRate(answer: AnswerTimes): number | undefined {
  const { promptTokens, cachedTokens = 0 } = answer.figures ?? {};
  const waited = ttftMs(answer);
  if (promptTokens === undefined || waited === undefined) return undefined;
  return perSecond(promptTokens - cachedTokens, waited / 1000);
}

/** By the engine's own clock, where it tells its times. */
export function engineRates({ figures = {} }: AnswerTimes): {
  readonly prefill: number | undefined;
  readonly decode: number | undefined;
} {
  return { prefill: prefillRate(figures), decode: decodeRate(figures) };
}
