import { z } from 'zod';
import { throttleKinds, verdicts } from '../../jetson/throttle-reasons.js';
import { barChart } from '../../chart/bars.js';
import type { KeptBenchmark } from '../kept.js';
import { circumstances } from './circumstances.js';
import { levelData } from './level.js';

/** What ai_benchmark answers, and what is kept of it. */
export const benchmarkData = z.object({
  id: z.string().describe('ai_benchmark_compare takes it.'),
  endpoint: z.string(),
  at: z.iso.datetime(),
  says: z.string(),
  circumstances,
  levels: z.array(levelData).describe('By concurrency.'),
  board: z.object({
    idleWatts: z.number().optional(),
    ramUsedBytes: z.number().optional().describe('At its highest.'),
    ramTotalBytes: z.number().optional(),
    temperaturesCelsius: z.record(z.string(), z.number()).optional().describe('Each at its highest.'),
    throttle: z
      .object({
        verdict: z.enum(verdicts),
        active: z.array(z.enum(throttleKinds)).describe('What held the board back under this load.'),
        overcurrentEvents: z.record(z.string(), z.number()).optional().describe('During the run.'),
      })
      .optional(),
  }),
  restored: z.string().optional().describe('What was changed for the run, and is as before.'),
  notes: z.array(z.string()).optional(),
});
export type BenchmarkData = z.output<typeof benchmarkData>;

/** A result as the store keeps it. */
export function keptOf(device: string, data: BenchmarkData, atMs: number): KeptBenchmark {
  const { engine, model } = data.circumstances;
  return { id: data.id, device, atMs, engine, model, data };
}

/** A kept result; undefined where its form is of a newer program, or of none. */
export function resultOf({ data }: KeptBenchmark): BenchmarkData | undefined {
  return benchmarkData.safeParse(data).data;
}

/** The decode rate that is ranked by: the engine's own, else as it was seen. */
export function decodeOf({ decodeTokensPerSecond: rate }: BenchmarkData['levels'][number]): number | undefined {
  return (rate?.byEngine ?? rate?.byClient)?.mean;
}

/** The result in one sentence. */
export function resultSentence({ levels, board: { throttle } }: Pick<BenchmarkData, 'levels' | 'board'>): string {
  const each = levels.map((level) => {
    const [decode, all, ttft] = [decodeOf(level), level.outputTokensPerSecond?.mean, level.ttftMs?.p50];
    const words = [
      ...(decode === undefined ? [] : [`decode ${decode} tok/s`]),
      ...(level.concurrency > 1 && all !== undefined ? [`${all} tok/s in all`] : []),
      ...(ttft === undefined ? [] : [`first token after ${ttft} ms`]),
      ...(level.energy === undefined ? [] : [`${level.energy.tokensPerJoule} tokens per joule`]),
      ...(level.failed === undefined ? [] : [`${level.failed} of ${level.requests} requests failed`]),
    ];
    return `${levels.length > 1 ? `${level.concurrency} at once: ` : ''}${words.join(', ')}`;
  });
  const held = throttle?.active.length ? ` Held back by ${throttle.active.join(', ').replaceAll('_', ' ')}.` : '';
  return `${each.join('; ')}.${held}`;
}

/** Tokens a second by concurrency, in a drawing; undefined where there is nothing to set side by side. */
export function resultPicture({
  levels,
  circumstances: { model, module, powerMode },
}: BenchmarkData): string | undefined {
  const bars = levels.flatMap(({ concurrency, outputTokensPerSecond: rate }) =>
    rate === undefined ? [] : [{ label: `${concurrency} at once`, value: rate.mean, low: rate.low, high: rate.high }],
  );
  const where = [module, powerMode].filter((word) => word !== undefined).join(', ');
  return bars.length === 0
    ? undefined
    : barChart({ title: `${model}${where === '' ? '' : ` on ${where}`}`, unit: 'tokens per second', bars });
}
