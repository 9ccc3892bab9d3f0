import { present } from '../../../linux/present.js';
import { numberOf } from './number-of.js';
import { figureNamed, type ServingReport, type Spread } from './serving-report.js';

const rows: Readonly<Record<string, keyof ServingReport>> = {
  'time to first token (ms)': 'ttftMs',
  'inter token latency (ms)': 'interTokenMs',
  'request latency (ms)': 'requestMs',
};

const cellsOf = (line: string): string[] =>
  line
    .split(/[│┃|]/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The box table of NVIDIA's genai-perf with the throughputs below it; undefined where there is none. */
export function genaiPerfReport(text: string): ServingReport | undefined {
  const lines = text.split('\n');
  const heads = cellsOf(lines.find((line) => /[┃|│]\s*Statistic\s*[┃|│]/.test(line)) ?? '').map(figureNamed);
  const timed = lines.flatMap((line): [string, Spread][] => {
    const cells = cellsOf(line);
    const of = rows[cells[0]?.toLowerCase() ?? ''];
    if (of === undefined) return [];
    const figures = cells.flatMap((cell, i): [string, number][] => {
      const [key, value] = [heads[i], numberOf(cell)];
      return key === undefined || value === undefined ? [] : [[key, value]];
    });
    return [[of, Object.fromEntries(figures)]];
  });
  const after = (what: string): number | undefined =>
    numberOf(new RegExp(`${what} \\((?:per sec|tokens/sec|requests/sec)\\)\\W+([\\d.,]+)`, 'i').exec(text)?.[1]);
  const outputTokensPerSecond = after('Output token throughput');
  if (outputTokensPerSecond === undefined) return undefined;
  const requestsPerSecond = after('Request throughput');
  return present({
    outputTokensPerSecond,
    requestsPerSecond,
    ...(Object.fromEntries(timed) as Record<string, Spread>),
  });
}
