import { present } from '../../../linux/present.js';
import { numberOf } from './number-of.js';
import { figureNamed, type ServingReport, type Spread } from './serving-report.js';

const line = /^([A-Za-z][^:]{2,70}):\s+(\S{1,30})\s*$/;
/** `[TPOT] P99    : 12.1`, with `--streaming`. */
const percentile = /^\[(TPOT|TTFT|Latency|GOT)\] (\w{2,10})\s*:\s*(\S{1,30})$/i;

/** The `PERFORMANCE OVERVIEW` that `trtllm-bench throughput` and `latency` print; undefined where there is none. */
export function trtllmBenchReport(text: string): ServingReport | undefined {
  const lines = text.split('\n').map((each) => each.replace(/^\[[^\]]*\]\s*\[[^\]]*\]\s*\[[A-Z]\]\s*/, '').trim());
  const named = new Map(
    lines.flatMap((each) => {
      const [, name, value] = line.exec(each) ?? [];
      const number = numberOf(value);
      return name === undefined || number === undefined ? [] : [[name.trim(), number] as const];
    }),
  );
  const spreadOf = (what: string, mean: number | undefined): Spread | undefined => {
    const found = lines.flatMap((each): [string, number][] => {
      const [, of, which = '', value] = percentile.exec(each) ?? [];
      const [key, number] = [figureNamed(which), numberOf(value)];
      return of?.toUpperCase() === what && key !== undefined && number !== undefined ? [[key, number]] : [];
    });
    const spread = present({ mean, ...Object.fromEntries(found) });
    return Object.keys(spread).length === 0 ? undefined : spread;
  };
  const totalMs = named.get('Total Latency (ms)');
  const report = present({
    seconds: totalMs === undefined ? undefined : totalMs / 1000,
    requestsPerSecond: named.get('Request Throughput (req/sec)'),
    outputTokensPerSecond: named.get('Total Output Throughput (tokens/sec)'),
    totalTokensPerSecond: named.get('Total Token Throughput (tokens/sec)'),
    ttftMs: spreadOf('TTFT', named.get('Average time-to-first-token [TTFT] (ms)')),
    tpotMs: spreadOf('TPOT', named.get('Average time-per-output-token [TPOT] (ms)')),
    requestMs: spreadOf('LATENCY', named.get('Average request latency (ms)')),
  });
  return report.outputTokensPerSecond === undefined ? undefined : report;
}
