import { present } from '../../../linux/present.js';
import { numberOf } from './number-of.js';
import { figureNamed, type ServingReport, type Spread } from './serving-report.js';

const counts: Readonly<Record<string, keyof ServingReport>> = {
  'successful requests': 'requests',
  'failed requests': 'failed',
  'maximum request concurrency': 'concurrency',
  'max request concurrency': 'concurrency',
  'benchmark duration (s)': 'seconds',
  'total input tokens': 'promptTokens',
  'total generated tokens': 'generatedTokens',
  'request throughput (req/s)': 'requestsPerSecond',
  'output token throughput (tok/s)': 'outputTokensPerSecond',
  'total token throughput (tok/s)': 'totalTokensPerSecond',
};
const spreads: Readonly<Record<string, keyof ServingReport>> = {
  TTFT: 'ttftMs',
  TPOT: 'tpotMs',
  ITL: 'interTokenMs',
  E2EL: 'requestMs',
  // SGLang spells it out.
  'E2E Latency': 'requestMs',
};

const line = /^([A-Za-z][A-Za-z0-9 ()/]{2,60}):\s+(\S{1,30})\s*$/;
const figure = /^(Mean|Median|Min|Max|P\d{2}) (TTFT|TPOT|ITL|E2EL|E2E Latency) \(ms\)$/;

/** The block that `vllm bench serve` prints at its end, and SGLang's bench_serving in the same form; undefined where there is none. */
export function vllmBenchReport(text: string): ServingReport | undefined {
  const told: Record<string, number> = {};
  const timed: Record<string, Record<string, number>> = {};
  for (const [, name = '', value] of text.split('\n').map((each) => line.exec(each.trim()) ?? [])) {
    const number = numberOf(value);
    const [, which = '', of = ''] = figure.exec(name) ?? [];
    const [count, spread, key] = [counts[name.toLowerCase()], spreads[of], figureNamed(which)];
    if (number === undefined) continue;
    if (count !== undefined) told[count] = number;
    else if (spread !== undefined && key !== undefined) timed[spread] = { ...timed[spread], [key]: number };
  }
  const report: ServingReport = { ...told, ...(timed as Record<string, Spread>) };
  return report.outputTokensPerSecond === undefined ? undefined : present(report);
}
