import { z } from 'zod';
import { barChart } from '../../chart/bars.js';
import { lineChart } from '../../chart/lines.js';
import { present } from '../../linux/present.js';
import { factors } from './circumstances.js';
import { changesOf, csvOf, metrics, metricWords, ranked, rowOfRun, unlike, type Metric, type Run } from './compare.js';
import { pastedData, pastedRows } from './pasted.js';
import { referencesFor } from './published.js';

/** By what runs may differ and be ranked all the same, where somebody asks for just that. */
export const compareBy = ['model', 'quantisation', ...factors] as const;

/** What ai_benchmark_compare answers. */
export const comparisonData = z.object({
  says: z.string(),
  metric: z.enum(metrics),
  concurrency: z.int(),
  ranked: z.boolean().describe('Whether `runs` are best first. Unlike runs are newest first, and not ranked.'),
  unlike: z
    .array(z.object({ what: z.string(), values: z.array(z.string()) }))
    .optional()
    .describe('Why they are not ranked.'),
  runs: z.array(
    z.object({
      id: z.string(),
      device: z.string(),
      at: z.string(),
      model: z.string(),
      quantisation: z.string().optional(),
      engine: z.string(),
      module: z.string().optional(),
      l4t: z.string().optional(),
      powerMode: z.string().optional(),
      clocks: z.string().optional(),
      value: z.number(),
      low: z.number().optional(),
      high: z.number().optional(),
      ttftMs: z.number().optional(),
      watts: z.number().optional(),
      tokensPerJoule: z.number().optional(),
      throttle: z.string().optional(),
    }),
  ),
  changes: z
    .array(
      z.object({
        device: z.string(),
        id: z.string(),
        before: z.string(),
        is: z.number(),
        was: z.number(),
        percent: z.number().describe('Below zero: worse.'),
        changed: z.array(z.object({ what: z.string(), is: z.string(), was: z.string() })),
      }),
    )
    .optional()
    .describe("A device's newest run against the one before it, where it came out clearly otherwise."),
  published: z
    .array(
      z.object({
        tokensPerSecond: z.number(),
        model: z.string(),
        module: z.string(),
        percent: z.number().describe('Of it, what the newest run here reaches.'),
        id: z.string(),
        source: z.string(),
        other: z.array(z.string()).describe('Why it is a reference only.'),
      }),
    )
    .optional(),
  pasted: z.array(pastedData).optional().describe('What `report` tells; of unknown circumstances, so never ranked.'),
  csv: z.string().optional(),
});
export type Comparison = z.output<typeof comparisonData>;

/** What is asked for. */
export interface CompareWish {
  readonly metric: Metric;
  readonly concurrency: number;
  readonly across: readonly string[];
  readonly csv: boolean;
  /** What another tool printed. */
  readonly report?: string | undefined;
}

const worded: Readonly<Record<string, string>> = { promptTokens: 'prompt length', outputTokens: 'answer length' };

function sentence(runs: readonly Run[], apart: ReturnType<typeof unlike>): string {
  if (runs.length === 0) return 'No kept result fits. ai_benchmark makes one.';
  if (runs.length === 1) return 'One result; there is nothing to rank it with.';
  if (apart.length === 0) return `${runs.length} results, best first.`;
  const what = apart.map(({ what: name }) => worded[name] ?? name).join(', ');
  const fixed = apart.some(({ what: name }) => !(compareBy as readonly string[]).includes(name));
  const way = fixed
    ? 'Results of different work cannot be ranked: choose by ids, model or since.'
    : 'Name in `across` what they are to be compared by, or choose fewer by ids, model or since.';
  return `Not ranked: the results differ in ${what}. ${way}`;
}

/** Published figures beside the newest run of each device, where the metric is one that they tell. */
function publishedFor(runs: readonly Run[], { metric, concurrency }: CompareWish): Comparison['published'] {
  if (metric !== 'decode' && metric !== 'throughput') return undefined;
  const newest = [
    ...new Map([...runs].reverse().map((run) => [`${run.device} ${run.data.circumstances.model}`, run])).values(),
  ];
  const rows = newest.flatMap(({ data, value }) =>
    referencesFor(data.circumstances, concurrency)
      .slice(0, 3)
      .map(({ reference, other }) => ({
        tokensPerSecond: reference.tokensPerSecond,
        model: reference.model,
        module: data.circumstances.module ?? '',
        percent: Math.round((value.mean / reference.tokensPerSecond) * 100),
        id: data.id,
        source: reference.source,
        other: [...other],
      })),
  );
  return rows.length === 0 ? undefined : rows.slice(0, 8);
}

/** Sets runs side by side: ranks them where they are alike, and says in what they are not where they are not. */
export function comparisonOf(all: readonly Run[], wish: CompareWish): Comparison {
  const { metric, concurrency, across, csv } = wish;
  const apart = unlike(all, across);
  const isRanked = apart.length === 0 && all.length > 1;
  const runs = (isRanked ? ranked(all, metric) : all).map(rowOfRun);
  const changes = changesOf(all, metric).map((change) => ({ ...change, changed: [...change.changed] }));
  return comparisonData.parse(
    present({
      says: sentence(all, apart),
      metric,
      concurrency,
      ranked: isRanked,
      unlike: apart.length === 0 ? undefined : apart,
      runs,
      changes: changes.length === 0 ? undefined : changes,
      published: publishedFor(all, wish),
      pasted: wish.report === undefined ? undefined : pastedRows(wish.report),
      csv: csv ? csvOf(runs) : undefined,
    }),
  );
}

/** Bars of ranked runs; a line over time where one device was measured again and again alike. Undefined where they are not ranked. */
export function comparisonPicture({ ranked: isRanked, runs, metric, published = [] }: Comparison): string | undefined {
  if (!isRanked) return undefined;
  const title = metricWords[metric];
  const devices = new Set(runs.map(({ device }) => device));
  const byTime = [...runs].sort((a, b) => (a.at < b.at ? -1 : 1));
  const [first, last] = [byTime[0]?.at ?? '', byTime.at(-1)?.at ?? ''];
  if (devices.size === 1 && runs.length > 2 && new Set(runs.map(({ powerMode }) => powerMode)).size === 1) {
    const points = byTime.map(({ value }, i) => [i, value] as const);
    return lineChart({
      title,
      unit: first.slice(0, 10),
      lines: [{ label: [...devices].join(), points }],
      from: first,
      to: last,
    });
  }
  const bars = runs.map(({ device, model, powerMode, quantisation, value, low, high }) => {
    const label = [device, model, quantisation, powerMode].filter((word) => word !== undefined).join(' ');
    return { label: label.slice(0, 34), value, low, high };
  });
  const known = published.map(({ model, source, tokensPerSecond }) => ({
    label: `published: ${model}, ${source}`.slice(0, 34),
    value: tokensPerSecond,
    kind: 1,
  }));
  return barChart({ title, unit: `of ${runs.length} results`, bars: [...bars, ...known] });
}
