import { z } from 'zod';

/** A mean with the range in which it lies with 95 % confidence; the range is absent for a single value. */
export const estimate = z.object({ mean: z.number(), low: z.number().optional(), high: z.number().optional() });
export type Estimate = z.output<typeof estimate>;

/** How values are spread. */
export const spreadOf = z.object({
  mean: z.number(),
  p50: z.number().optional(),
  p90: z.number().optional(),
  p99: z.number().optional(),
});
export type SpreadOf = z.output<typeof spreadOf>;

/** Three significant digits are what repeats of a benchmark agree on; four are kept. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** The arithmetic mean; undefined of nothing. */
export function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which a share of them lies, between neighbours by straight line; undefined of nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (place - Math.floor(place));
}

/** Mean and percentiles; undefined of nothing. */
export function spread(values: readonly number[]): SpreadOf | undefined {
  const mean = meanOf(values);
  if (mean === undefined) return undefined;
  const at = (share: number): number => rounded(percentile(values, share) ?? mean);
  return { mean: rounded(mean), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Student's t for 95 %, both sides, by degrees of freedom. */
const studentT: readonly (readonly [freedom: number, t: number])[] = [
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [6, 2.447],
  [7, 2.365],
  [8, 2.306],
  [9, 2.262],
  [14, 2.145],
  [19, 2.093],
  [29, 2.045],
];

/** The mean of some repeats, with the range that it lies in; undefined of none. */
export function estimateOf(values: readonly number[]): Estimate | undefined {
  const mean = meanOf(values);
  if (mean === undefined) return undefined;
  if (values.length < 2) return { mean: rounded(mean) };
  const freedom = values.length - 1;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom;
  // Of the table's rows the last that is not beyond: the range comes out a little wide, never narrow.
  const t = studentT.findLast(([atLeast]) => atLeast <= freedom)?.[1] ?? 12.706;
  const half = t * Math.sqrt(variance / values.length);
  return { mean: rounded(mean), low: rounded(Math.max(0, mean - half)), high: rounded(mean + half) };
}
