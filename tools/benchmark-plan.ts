import { levelsOf, usualSeed, type Asked } from '../src/core/ai/benchmark/asked.js';
import type { Hold } from '../src/core/ai/benchmark/hold.js';
import { ownTool, wordsQuestion, type OwnTool } from '../src/core/ai/benchmark/own-tool.js';
import { Failure } from '../src/core/errors.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call, Prepared } from '../src/ports/tool.js';
import { awaitsMeasuring, holdFor } from './benchmark-hold.js';
import type { BenchmarkAsked } from './benchmark-run.js';
import { servedEndpoint, type Served } from './served-endpoint.js';

/** What was found out when a benchmark was planned. */
export interface PlannedBenchmark {
  readonly asked: BenchmarkAsked;
  readonly served: Served;
}

interface Args extends Omit<Asked, 'seed'> {
  readonly endpoint?: string | undefined;
  readonly clocks: 'keep' | 'max';
  readonly method: 'http' | 'engine';
}

/** The plan of a benchmark. Throws where the endpoint does not answer, or could not hold such prompts. */
export async function benchmarkPlan(
  args: Args,
  device: Device,
  call: Call,
): Promise<Prepared & PlannedBenchmark & { readonly hold: Hold }> {
  const served = await servedEndpoint(args.endpoint, device, call);
  const { promptTokens, outputTokens, repeats, ratePerSecond } = args;
  const concurrency = levelsOf(args.concurrency);
  if (served.context !== undefined && promptTokens + outputTokens > served.context)
    throw new Failure(
      'invalid_input',
      'promptTokens and outputTokens together are more than the context of this endpoint.',
      {
        hint: `It holds ${served.context} tokens.`,
      },
    );
  if (args.method === 'engine' && ratePerSecond !== undefined)
    throw new Failure('invalid_input', "ratePerSecond: the engine's own tool takes none.", {
      hint: 'Leave method away, or ratePerSecond.',
    });
  const load = { promptTokens, outputTokens, concurrency, repeats, seed: usualSeed, ratePerSecond };
  const tool = args.method === 'engine' ? await toolOf(served, load, device, call) : undefined;
  const hold = await holdFor(args.clocks, device, call);
  const together = ratePerSecond === undefined ? 'at once' : `requests at random, ${ratePerSecond} a second`;
  const levels = `${concurrency.join(', ')} ${together}${concurrency.length === 1 ? '' : ' in turn'}`;
  const how = tool ? `by ${tool.method}` : 'over HTTP';
  const more = [...(tool?.says === undefined ? [] : [tool.says]), ...hold.says];
  return {
    says: `Loads the endpoint ${served.name} ${how}: ${levels}, ${repeats} rounds, ${promptTokens} tokens in and ${outputTokens} out each. The board runs hot, its tegrastats is followed meanwhile, and whoever uses the endpoint waits${more.length > 0 ? `; ${more.join('; ')}, put back after it` : ''}.`,
    steps: [...hold.begin, ...(tool?.runs ?? []).map(({ exec }) => exec), ...hold.back],
    basis: { ...hold.basis, container: served.containerId },
    awaits: awaitsMeasuring('measures an endpoint', hold),
    resolved: { endpoint: { is: served.name } },
    asked: { ...load, id: call.changeId, tool },
    served,
    hold,
  };
}

async function toolOf(served: Served, load: Asked, device: Device, { signal }: Call): Promise<OwnTool> {
  const words = (await device.docker.ask(wordsQuestion(served.containerId), signal)) ?? [];
  return ownTool({ ...load, engine: served.engine, container: served.name, served: served.served, words });
}
