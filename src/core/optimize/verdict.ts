import { z } from 'zod';
import { present } from '../linux/present.js';
import { goals, levers, type Goal } from './changes.js';

/** What is measured before and after. */
export const measureData = z.object({
  benchmark: z.string().optional().describe('Its result, for ai_benchmark_compare.'),
  decodeTokensPerSecond: z.number().optional(),
  tokensPerJoule: z.number().optional(),
  watts: z.number().optional(),
  hottestCelsius: z.number().optional(),
  fanPercent: z.number().optional(),
  ramUsedBytes: z.number().optional(),
});
export type Measure = z.output<typeof measureData>;

/** What optimize_system answers. */
export const optimizeData = z.object({
  says: z.string(),
  goal: z.enum(goals),
  kept: z.boolean().describe('false: it was no better, or nothing could be changed; everything is as before.'),
  changes: z.array(z.object({ what: z.enum(levers), says: z.string() })),
  skipped: z.array(z.object({ what: z.enum(levers), why: z.string() })).optional(),
  before: measureData.optional(),
  after: measureData.optional(),
});
export type OptimizeData = z.output<typeof optimizeData>;

interface Aim {
  readonly figure: Exclude<keyof Measure, 'benchmark'>;
  readonly words: string;
  readonly less: boolean;
  /** A smaller change is none: the least share, or the least amount. */
  readonly atLeast: { readonly share: number } | { readonly amount: number };
}

const aims: Readonly<Record<Goal, Aim>> = {
  performance: { figure: 'decodeTokensPerSecond', words: 'tok/s', less: false, atLeast: { share: 0.02 } },
  efficiency: { figure: 'tokensPerJoule', words: 'tokens per joule', less: false, atLeast: { share: 0.02 } },
  quiet: { figure: 'fanPercent', words: '% fan', less: true, atLeast: { amount: 1 } },
  memory: { figure: 'ramUsedBytes', words: 'bytes of memory used', less: true, atLeast: { amount: 100 * 2 ** 20 } },
  thermal: { figure: 'hottestCelsius', words: 'C at the hottest', less: true, atLeast: { amount: 1 } },
};

/** Whether it came out better, and the sentence on it. A figure that is not to be had is no gain. */
export function verdict(
  goal: Goal,
  before: Measure,
  after: Measure,
  limitCelsius: number | undefined,
): { better: boolean; says: string } {
  const { figure, words, less, atLeast } = aims[goal];
  const [was, is] = [before[figure], after[figure]];
  if (was === undefined || is === undefined)
    return {
      better: false,
      says: `It could not be measured whether it is better (${words} is not to be had here); undone.`,
    };
  const gain = less ? was - is : is - was;
  const better = gain >= ('share' in atLeast ? was * atLeast.share : atLeast.amount);
  // Without an endpoint there was no load: what a board is like under one may come out otherwise.
  const idle =
    before.benchmark === undefined && (goal === 'thermal' || goal === 'quiet') ? ' (idle, without a load)' : '';
  const told = `${was} became ${is} ${words}${idle}`;
  const tooHot = limitCelsius !== undefined && (after.hottestCelsius ?? 0) >= limitCelsius;
  if (better && tooHot) return { better: false, says: `${told}, but the board is over its temperature limit: undone.` };
  return { better, says: better ? `Better: ${told}. It is kept.` : `No better: ${told}. It is undone.` };
}

/** The answer where nothing was to be changed. */
export function nothingToDo(goal: Goal, skipped: OptimizeData['skipped']): OptimizeData {
  return present({
    says: 'There is nothing to change for this goal here.',
    goal,
    kept: false,
    changes: [],
    skipped: skipped?.length === 0 ? undefined : skipped,
  });
}
