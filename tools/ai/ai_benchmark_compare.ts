import { z } from 'zod';
import { metrics, runsOf } from '../../src/core/ai/benchmark/compare.js';
import {
  compareBy,
  comparisonData,
  comparisonOf,
  comparisonPicture,
  type Comparison,
} from '../../src/core/ai/benchmark/comparison.js';
import { engineName } from '../../src/core/ai/engines.js';
import type { Call, Member } from '../../src/ports/tool.js';
import { limitArg, sinceArg, sinceOf } from '../args.js';
import { BaseFleetTool } from '../base-tool.js';

const input = z.strictObject({
  model: z.string().min(1).max(200).optional().describe('As ai_launch was told.'),
  engine: engineName.optional(),
  ids: z.array(z.string().max(64)).min(1).max(40).optional().describe('Of results.'),
  since: sinceArg.optional(),
  metric: z.enum(metrics).default('decode'),
  concurrency: z.int().min(1).max(64).default(1),
  across: z
    .array(z.enum(compareBy))
    .default([])
    .describe('What the results may differ in and be ranked by, such as powerMode.'),
  format: z.enum(['rows', 'csv']).default('rows').describe('csv: besides the rows.'),
  report: z
    .string()
    .max(64_000)
    .optional()
    .describe('What another benchmark printed (llama-bench, vllm, trtllm-bench, genai-perf, MLC, Ollama), set beside.'),
  limit: limitArg(20, 60),
});
type Args = z.output<typeof input>;

/** Sets kept results of benchmarks side by side. */
export class AiBenchmarkCompare extends BaseFleetTool<typeof input, typeof comparisonData> {
  override readonly spec = {
    name: 'ai_benchmark_compare',
    area: 'ai',
    title: 'Compare benchmarks',
    description:
      'Kept results of ai_benchmark side by side: ranked where they are alike, changes from run to run with what was other, published figures as reference. ' +
      'Refuses to rank unlike runs and names the difference; `across` says what to compare by. Asks no device.',
    effect: 'read',
    withoutSelector: 'all',
    input,
    output: comparisonData,
    picture: comparisonPicture,
  } as const;

  override async readAll(args: Args, members: readonly Member[], call: Call): Promise<Comparison> {
    const { model, engine, ids, since, metric, concurrency, across, format, report, limit } = args;
    const from = since === undefined ? undefined : sinceOf(since);
    const sinceMs =
      from === undefined ? undefined : 'fromMs' in from ? from.fromMs : call.now() - from.lastSeconds * 1000;
    const kept = await call.store.benchmarks.find({
      devices: members.map(({ entry }) => entry.name),
      ...(model !== undefined && { model }),
      ...(engine !== undefined && { engine }),
      ...(ids !== undefined && { ids }),
      ...(sinceMs !== undefined && { sinceMs }),
      limit,
    });
    return comparisonOf(runsOf(kept, concurrency, metric), {
      metric,
      concurrency,
      across,
      csv: format === 'csv',
      report,
    });
  }
}
