/** One number over several samples. */
export interface OverTime {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Plain data with each number over time. */
export type AllOverTime<T> = T extends number
  ? OverTime
  : T extends string | boolean
    ? T
    : T extends readonly (infer Item)[]
      ? AllOverTime<Item>[]
      : { [K in keyof T]: AllOverTime<T[K]> };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const twoDecimals = (value: number): number => Math.round(value * 100) / 100;

function numberOverTime(values: readonly number[]): OverTime {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean: twoDecimals(mean), min: Math.min(...values), max: Math.max(...values) };
}

/** The values that a key or index has in those samples that have it. */
function column(samples: readonly (Record<string, unknown> | readonly unknown[])[], key: string): unknown[] {
  return samples.map((sample) => (sample as Record<string, unknown>)[key]).filter((value) => value !== undefined);
}

function fold(values: readonly unknown[]): unknown {
  const last = values.at(-1);
  if (typeof last === 'number') return numberOverTime(values.filter((value) => typeof value === 'number'));
  if (Array.isArray(last)) {
    const lists = values.filter((value) => Array.isArray(value)) as (readonly unknown[])[];
    return Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, n) =>
      fold(column(lists, String(n))),
    );
  }
  if (!isObject(last)) return last;
  const objects = values.filter(isObject);
  const keys = [...new Set(objects.flatMap((value) => Object.keys(value)))];
  return Object.fromEntries(
    keys
      .map((key) => [key, column(objects, key)] as const)
      .filter(([, all]) => all.length > 0)
      .map(([key, all]) => [key, fold(all)]),
  );
}

/**
 * Samples of the same shape as one: each number as its mean, lowest and highest over the samples that have it, of
 * everything else the last.
 */
export function overTime<T>(samples: readonly [T, ...T[]]): AllOverTime<T> {
  return fold(samples) as AllOverTime<T>;
}
