import { valuesAt, type Path } from './paths.js';

/** How one number lies over the devices. `outliers` are far from the middle half (Tukey's fences), farthest first. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** How many devices gave this number, where not all did. */
  readonly devices?: number | undefined;
  readonly outliers?: undefined | readonly { readonly device: string; readonly value: number }[];
  /** Outliers beyond those that are named. */
  readonly moreOutliers?: number | undefined;
}

const fewestForOutliers = 5;
const mostOutliers = 5;

interface Sample {
  readonly device: string;
  readonly value: number;
}

/** A number, or the mean of a `{mean, min, max}` over several samples. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (value !== null && typeof value === 'object' && 'mean' in value) return numberOf(value.mean);
  return undefined;
}

/** The value below which a part of the samples lies, interpolated. `sorted` is ascending and not empty. */
function quantile(sorted: readonly Sample[], part: number): number {
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)]?.value ?? 0;
  const high = sorted[Math.ceil(at)]?.value ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

const rounded = (value: number): number => Number(value.toPrecision(6));

function spreadOf(samples: readonly Sample[], asked: number): Spread {
  const sorted = [...samples].sort((a, b) => a.value - b.value);
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  // Where nearly all are equal the fences would collapse and call ordinary jitter an outlier.
  const reach = 1.5 * Math.max(q3 - q1, Math.abs(median) * 0.05, 1e-9);
  const far =
    sorted.length < fewestForOutliers ? [] : sorted.filter(({ value }) => value < q1 - reach || value > q3 + reach);
  far.sort((a, b) => Math.abs(b.value - median) - Math.abs(a.value - median));
  const outliers = far.slice(0, mostOutliers).map(({ device, value }) => ({ device, value: rounded(value) }));
  return {
    min: rounded(sorted[0]?.value ?? 0),
    median: rounded(median),
    max: rounded(sorted.at(-1)?.value ?? 0),
    ...(sorted.length < asked && { devices: sorted.length }),
    ...(outliers.length > 0 && { outliers }),
    ...(far.length > mostOutliers && { moreOutliers: far.length - mostOutliers }),
  };
}

/** The spread of every number the paths lead to, by its written-out path. Devices without the number do not count. */
export function spreadOver(
  results: readonly { readonly device: string; readonly data: unknown }[],
  paths: readonly Path[],
): Record<string, Spread> {
  const samples = new Map<string, Sample[]>();
  for (const path of paths) {
    for (const { device, data } of results) {
      for (const [at, found] of valuesAt(data, path)) {
        const value = numberOf(found);
        if (value === undefined) continue;
        const list = samples.get(at);
        if (list) list.push({ device, value });
        else samples.set(at, [{ device, value }]);
      }
    }
  }
  return Object.fromEntries([...samples].map(([at, list]) => [at, spreadOf(list, results.length)]));
}
