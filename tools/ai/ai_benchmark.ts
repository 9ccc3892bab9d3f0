import { z } from 'zod';
import { askedLoad, askedRate } from '../../src/core/ai/benchmark/asked.js';
import type { Hold } from '../../src/core/ai/benchmark/hold.js';
import { benchmarkData, resultPicture, type BenchmarkData } from '../../src/core/ai/benchmark/result.js';
import { containerArg } from '../container-args.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { keptEarlier, measure } from '../benchmark-kept.js';
import { benchmarkPlan, type PlannedBenchmark } from '../benchmark-plan.js';

const input = z.strictObject({
  endpoint: containerArg.optional().describe('Needed where there are several.'),
  ...askedLoad,
  ratePerSecond: askedRate,
  clocks: z.enum(['keep', 'max']).default('keep').describe('max: held at the highest meanwhile.'),
  method: z.enum(['http', 'engine']).default('http').describe('engine: its own tool, such as llama-bench.'),
});
type Args = z.output<typeof input>;
type Plan = Prepared & PlannedBenchmark & { readonly hold: Hold };

/** Measures a model that is served on a device. */
export class AiBenchmark extends BaseChangeTool<typeof input, typeof benchmarkData, Plan> {
  override readonly spec = {
    name: 'ai_benchmark',
    area: 'ai',
    title: 'Benchmark a served model',
    description:
      'Measure an endpoint: prefill and decode tok/s, TTFT and inter-token percentiles, tokens per joule, memory, heat, throttling; circumstances are recorded, changes put back. Minutes of full load: job_output brings the end, ai_benchmark_compare ranks results.',
    effect: 'disrupt',
    resolves: ['endpoint'],
    input,
    output: benchmarkData,
    same: ['endpoint', 'circumstances', 'notes', 'board.throttle.verdict'],
    spread: [
      'levels.*.decodeTokensPerSecond.byEngine.mean',
      'levels.*.outputTokensPerSecond.mean',
      'levels.*.ttftMs.p50',
      'levels.*.energy.tokensPerJoule',
    ],
    picture: resultPicture,
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    return benchmarkPlan(args, device, call);
  }

  override async perform(_: Args, { asked, served, hold }: Plan, device: Device, call: Call): Promise<BenchmarkData> {
    return measure(asked, served, hold, device, call);
  }

  async settle(awaits: Awaits, device: Device, call: Call): Promise<BenchmarkData> {
    return keptEarlier(awaits, device, call);
  }
}
