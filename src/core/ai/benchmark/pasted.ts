import { z } from 'zod';
import { Failure } from '../../errors.js';
import { present } from '../../linux/present.js';
import { decodeRate, prefillRate, type Figures } from '../http/figures.js';
import { genaiPerfReport } from './parse/genai-perf.js';
import { llamaBenchRows } from './parse/llama-bench.js';
import { llamaLogTimings } from './parse/llama-timings.js';
import { mlcBenchRows } from './parse/mlc-bench.js';
import { ollamaVerbose } from './parse/ollama-verbose.js';
import type { ServingReport } from './parse/serving-report.js';
import { trtllmBenchReport } from './parse/trtllm-bench.js';
import { vllmBenchReport } from './parse/vllm-bench.js';
import { rounded } from './statistics.js';

/** One row of what another tool printed. */
export const pastedData = z.object({
  tool: z.enum(['llama-bench', 'mlc', 'vllm or sglang', 'trtllm-bench', 'genai-perf', 'ollama', 'llama.cpp log']),
  model: z.string().optional(),
  concurrency: z.number().optional(),
  promptTokens: z.number().optional(),
  generatedTokens: z.number().optional(),
  prefillTokensPerSecond: z.number().optional(),
  decodeTokensPerSecond: z.number().optional(),
  outputTokensPerSecond: z.number().optional().describe('Of all requests together.'),
  ttftMs: z.number().optional(),
});
export type Pasted = z.output<typeof pastedData>;

const most = 40;
const round = (value: number | undefined): number | undefined => (value === undefined ? undefined : rounded(value));

function ofServing(tool: Pasted['tool'], report: ServingReport | undefined): Pasted[] {
  if (report === undefined) return [];
  const { concurrency, outputTokensPerSecond, ttftMs, tpotMs, interTokenMs } = report;
  const perToken = tpotMs?.mean ?? interTokenMs?.mean;
  const decode = perToken === undefined || perToken <= 0 ? undefined : rounded(1000 / perToken);
  return [
    present({
      tool,
      concurrency,
      outputTokensPerSecond,
      decodeTokensPerSecond: decode,
      ttftMs: ttftMs?.p50 ?? ttftMs?.mean,
    }),
  ];
}

function ofFigures(tool: Pasted['tool'], figures: Figures | undefined): Pasted[] {
  if (figures === undefined) return [];
  const { promptTokens, generatedTokens } = figures;
  const [prefill, decode] = [round(prefillRate(figures)), round(decodeRate(figures))];
  return [
    present({ tool, promptTokens, generatedTokens, prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode }),
  ];
}

/** The forms that are known; the surest to be known apart first. */
const readers: readonly ((text: string) => Pasted[])[] = [
  (text) => ofServing('genai-perf', genaiPerfReport(text)),
  (text) => ofServing('trtllm-bench', trtllmBenchReport(text)),
  (text) => ofServing('vllm or sglang', vllmBenchReport(text)),
  (text) =>
    llamaBenchRows(text).map(({ model, promptTokens, generatedTokens, tokensPerSecond }) => {
      const rate = rounded(tokensPerSecond);
      const rates = generatedTokens === 0 ? { prefillTokensPerSecond: rate } : { decodeTokensPerSecond: rate };
      return present({ tool: 'llama-bench' as const, model, promptTokens, generatedTokens, ...rates });
    }),
  (text) =>
    mlcBenchRows(text).map(({ model, promptTokens, generatedTokens, prefillTokensPerSecond, decodeTokensPerSecond }) =>
      present({
        tool: 'mlc' as const,
        model,
        promptTokens,
        generatedTokens,
        prefillTokensPerSecond,
        decodeTokensPerSecond,
      }),
    ),
  (text) => ofFigures('ollama', ollamaVerbose(text)),
  (text) => ofFigures('llama.cpp log', llamaLogTimings(text)),
];

/** Reads what another tool printed, in whichever form that is known. Throws `invalid_input` where it is none. */
export function pastedRows(text: string): Pasted[] {
  for (const read of readers) {
    const rows = read(text);
    if (rows.length > 0) return rows.slice(0, most);
  }
  throw new Failure('invalid_input', 'report: this is no benchmark output that is known here.', {
    hint: 'Paste all that llama-bench, vllm bench serve, trtllm-bench, genai-perf, the MLC benchmark or ollama run --verbose printed.',
  });
}
