import type { EnergyData, Window } from './energy.js';
import type { LevelData } from './level.js';
import { levelOfReport, levelOfRows, withCounts, type OwnTool } from './own-tool.js';
import { llamaBenchRows } from './parse/llama-bench.js';
import type { ServingReport } from './parse/serving-report.js';
import { trtllmBenchReport } from './parse/trtllm-bench.js';
import { vllmBenchReport } from './parse/vllm-bench.js';

/** A piece of what a tool printed, and when it came. */
export interface Moment {
  readonly text: string;
  readonly atMs: number;
}

/** What an engine's own tool printed of one level. */
export interface Printed {
  readonly method: OwnTool['method'];
  readonly concurrency: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly moments: readonly Moment[];
  readonly endMs: number;
}

/** The energy of a load in some windows that made so many tokens; undefined where it was not recorded. */
export type EnergyBy = (windows: readonly Window[], tokens: number) => EnergyData | undefined;

function benchLevel(stdout: string, moments: readonly Moment[], energy: EnergyBy): LevelData | undefined {
  const [decode] = moments.flatMap(({ text, atMs }) =>
    llamaBenchRows(text).flatMap((row) => (row.generatedTokens > 0 ? [{ row, atMs }] : [])),
  );
  const row = decode?.row;
  const seconds = (row?.samples ?? []).reduce((sum, rate) => sum + (row?.generatedTokens ?? 0) / rate, 0);
  const tokens = (row?.samples ?? []).length * (row?.generatedTokens ?? 0);
  const window = decode && { fromMs: decode.atMs - seconds * 1000, toMs: decode.atMs };
  return levelOfRows(llamaBenchRows(stdout), window && tokens > 0 ? energy([window], tokens) : undefined);
}

/** When trtllm-bench told its figures: it takes its time to end after that. */
const reportedMs = (moments: readonly Moment[]): number | undefined =>
  moments.find(({ text }) => text.includes('PERFORMANCE OVERVIEW'))?.atMs;

function serveLevel(
  concurrency: number,
  told: ServingReport | undefined,
  endMs: number,
  energy: EnergyBy,
): LevelData | undefined {
  const report = told && withCounts(told);
  const { seconds = 0, generatedTokens = 0 } = report ?? {};
  const window = { fromMs: endMs - seconds * 1000, toMs: endMs };
  return report && levelOfReport(concurrency, report, seconds > 0 ? energy([window], generatedTokens) : undefined);
}

/** The level by what its tool printed; undefined where that is no report. */
export function printedLevel(
  { method, concurrency, stdout, stderr, moments, endMs }: Printed,
  energy: EnergyBy,
): LevelData | undefined {
  switch (method) {
    case 'llama-bench':
      return benchLevel(stdout, moments, energy);
    case 'trtllm-bench': {
      // Its log goes to one or the other, by its version.
      const report = trtllmBenchReport(`${stdout}\n${stderr}`);
      return serveLevel(concurrency, report, reportedMs(moments) ?? endMs, energy);
    }
    case 'vllm bench serve':
      return serveLevel(concurrency, vllmBenchReport(stdout), endMs, energy);
  }
}
