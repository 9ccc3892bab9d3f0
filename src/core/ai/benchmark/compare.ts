import { present } from '../../linux/present.js';
import type { KeptBenchmark } from '../kept.js';
import { differences, workload, type Circumstances, type Difference } from './circumstances.js';
import type { LevelData } from './level.js';
import { decodeOf, resultOf, type BenchmarkData } from './result.js';
import type { Estimate } from './statistics.js';

/** What may be ranked by. */
export const metrics = ['decode', 'throughput', 'prefill', 'ttft', 'tokensPerJoule', 'netTokensPerJoule'] as const;
export type Metric = (typeof metrics)[number];

/** Words for each, with its unit. */
export const metricWords: Readonly<Record<Metric, string>> = {
  decode: 'decode, tokens per second',
  throughput: 'all requests together, tokens per second',
  prefill: 'prefill, tokens per second',
  ttft: 'time to first token, ms (less is better)',
  tokensPerJoule: 'tokens per joule',
  netTokensPerJoule: 'tokens per joule above idle',
};

/** One kept run at one level. */
export interface Run {
  readonly device: string;
  readonly atMs: number;
  readonly data: BenchmarkData;
  readonly level: LevelData;
  readonly value: Estimate;
}

function valueOf(level: LevelData, metric: Metric): Estimate | undefined {
  const { ttftMs, energy, prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode } = level;
  const plain = (value: number | undefined): Estimate | undefined =>
    value === undefined ? undefined : { mean: value };
  switch (metric) {
    case 'decode':
      return decode?.byEngine ?? decode?.byClient ?? plain(decodeOf(level));
    case 'throughput':
      return level.outputTokensPerSecond;
    case 'prefill':
      return prefill?.byEngine ?? prefill?.byClient;
    case 'ttft':
      return plain(ttftMs?.p50 ?? ttftMs?.mean);
    case 'tokensPerJoule':
      return plain(energy?.tokensPerJoule);
    case 'netTokensPerJoule':
      return plain(energy?.netTokensPerJoule);
  }
}

/** Kept results that have the level and the figure that is asked for, newest first. */
export function runsOf(kept: readonly KeptBenchmark[], concurrency: number, metric: Metric): readonly Run[] {
  return kept
    .flatMap((each): Run[] => {
      const data = resultOf(each);
      const level = data?.levels.find((one) => one.concurrency === concurrency);
      const value = level && valueOf(level, metric);
      return data && level && value ? [{ device: each.device, atMs: each.atMs, data, level, value }] : [];
    })
    .sort((a, b) => b.atMs - a.atMs);
}

/** In what some runs are not alike, beyond what they are to be compared by: each thing with its values. */
export function unlike(
  runs: readonly Run[],
  across: readonly string[],
): readonly { readonly what: string; readonly values: readonly string[] }[] {
  const [first, ...rest] = runs;
  if (first === undefined) return [];
  const found = new Map<string, Set<string>>();
  for (const { data } of rest)
    for (const { what, is, was } of differences(data.circumstances, first.data.circumstances))
      if (!across.includes(what)) found.set(what, (found.get(what) ?? new Set([was])).add(is));
  return [...found].map(([what, values]) => ({ what, values: [...values].slice(0, 6) }));
}

/** Best first. Only for runs that are alike. */
export function ranked(runs: readonly Run[], metric: Metric): readonly Run[] {
  const sign = metric === 'ttft' ? 1 : -1;
  return [...runs].sort((a, b) => sign * (a.value.mean - b.value.mean));
}

/** A run that came out otherwise than the one before it. */
export interface Change {
  readonly device: string;
  readonly id: string;
  readonly before: string;
  readonly is: number;
  readonly was: number;
  /** Above zero: better. */
  readonly percent: number;
  /** What is other than then. None: the same circumstances gave another figure. */
  readonly changed: readonly Difference[];
}

/** Smaller changes happen from run to run. */
const notedPercent = 5;

const workKey = ({ device, data: { circumstances: run } }: Run): string =>
  JSON.stringify([device, ...workload.map((what) => run[what])]);

/** Whether two ranges leave no doubt that they are apart; without ranges the size of the change decides alone. */
function apart(a: Estimate, b: Estimate): boolean {
  if (a.low === undefined || a.high === undefined || b.low === undefined || b.high === undefined) return true;
  return a.high < b.low || b.high < a.low;
}

/** Of each device and work, the newest run against the one before it, where it came out clearly otherwise. */
export function changesOf(runs: readonly Run[], metric: Metric): readonly Change[] {
  const newest = new Map<string, Run>();
  const compared = new Set<string>();
  return runs.flatMap((run): Change[] => {
    const key = workKey(run);
    const later = newest.get(key);
    if (later === undefined) newest.set(key, run);
    if (later === undefined || compared.has(key)) return [];
    compared.add(key);
    const [is, was] = [later.value.mean, run.value.mean];
    const gain = (metric === 'ttft' ? (was - is) / was : (is - was) / was) * 100;
    if (Math.abs(gain) < notedPercent || !apart(later.value, run.value)) return [];
    const changed = differences(later.data.circumstances, run.data.circumstances);
    return [
      {
        device: run.device,
        id: later.data.id,
        before: run.data.id,
        is,
        was,
        percent: Math.round(gain * 10) / 10,
        changed,
      },
    ];
  });
}

/** One run as a row of an answer. */
export function rowOfRun(run: Run): Record<string, string | number | undefined> {
  const { data, device, level, value } = run;
  const { model, quantisation, engine, module, l4t, powerMode, clocks }: Circumstances = data.circumstances;
  return present({
    id: data.id,
    device,
    at: data.at,
    ...{ model, quantisation, engine, module, l4t, powerMode, clocks },
    value: value.mean,
    low: value.low,
    high: value.high,
    ttftMs: level.ttftMs?.p50,
    watts: level.energy?.watts,
    tokensPerJoule: level.energy?.tokensPerJoule,
    throttle: data.board.throttle?.verdict,
  });
}

/** A text that a spreadsheet takes as text, even where it begins like a formula. */
function cell(value: string | number | undefined): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value ?? '') ? `'${value ?? ''}` : (value ?? '');
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV, with a line of names. */
export function csvOf(rows: readonly Readonly<Record<string, string | number | undefined>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join('\n');
}
