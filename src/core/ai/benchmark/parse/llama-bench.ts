import { z } from 'zod';
import { present } from '../../../linux/present.js';
import { cleanName } from '../../../untrusted.js';
import { jsonOf } from '../../http/json-of.js';
import { csvRows } from './csv.js';
import { numberOf } from './number-of.js';

/** One test of llama-bench. A test of prefill has no generated tokens, one of decoding no prompt. */
export interface LlamaBenchRow {
  /** `qwen2 7B Q4_K - Medium` */
  readonly model?: string | undefined;
  readonly modelFile?: string | undefined;
  readonly modelBytes?: number | undefined;
  /** `57fe1f0 (4675)` */
  readonly build?: string | undefined;
  readonly backend?: string | undefined;
  readonly gpu?: string | undefined;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** Tokens that stood in the context before. */
  readonly depth: number;
  readonly tokensPerSecond: number;
  readonly deviation?: number | undefined;
  /** One rate for each repeat, where they are told. */
  readonly samples?: readonly number[] | undefined;
}

/** JSON has numbers, CSV has them in quotes; what a build does not know is absent, and what it knows more is passed over. */
const amount = z
  .union([z.number(), z.string().transform((text) => numberOf(text) ?? NaN)])
  .refine((value) => Number.isFinite(value));
const text = z.coerce.string().transform((word) => cleanName(word, 200));
const shape = z.object({
  build_commit: text.optional().catch(undefined),
  build_number: text.optional().catch(undefined),
  gpu_info: text.optional().catch(undefined),
  backends: text.optional().catch(undefined),
  model_filename: text.optional().catch(undefined),
  model_type: text.optional().catch(undefined),
  model_size: amount.optional().catch(undefined),
  n_prompt: amount,
  n_gen: amount,
  n_depth: amount.optional().catch(undefined),
  avg_ts: amount,
  stddev_ts: amount.optional().catch(undefined),
  samples_ts: z.array(z.number()).optional().catch(undefined),
});

function rowOf(value: unknown): LlamaBenchRow[] {
  const parsed = shape.safeParse(value);
  if (!parsed.success) return [];
  const row = parsed.data;
  return [
    present({
      model: row.model_type,
      modelFile: row.model_filename,
      modelBytes: row.model_size,
      build: row.build_commit && (row.build_number ? `${row.build_commit} (${row.build_number})` : row.build_commit),
      backend: row.backends,
      gpu: row.gpu_info,
      promptTokens: row.n_prompt,
      generatedTokens: row.n_gen,
      depth: row.n_depth ?? 0,
      tokensPerSecond: row.avg_ts,
      deviation: row.stddev_ts,
      samples: row.samples_ts,
    }),
  ];
}

/** `pp512`, `tg128`, `pp512+tg128`, each with ` @ d512` where the context was not empty. */
const test = /^(?:pp(\d{1,7}))?\+?(?:tg(\d{1,7}))?(?: @ d(\d{1,7}))?$/;
const rate = /^([\d.,]{1,20})(?:\s*(?:±|\+\/-)\s*([\d.,]{1,20}))?$/;

function fromMarkdown(lines: readonly string[]): LlamaBenchRow[] {
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const heads = cells(lines.find((line) => /^\|.*\|\s*t\/s\s*\|\s*$/.test(line)) ?? '');
  const build = /^build: (\S{1,40} \(\d{1,9}\))/m.exec(lines.join('\n'))?.[1];
  return lines.flatMap((line): LlamaBenchRow[] => {
    const row = new Map(cells(line).map((cell, i) => [heads[i] ?? '', cell]));
    const what = test.exec(row.get('test') ?? '');
    const [, mean, deviation] = rate.exec(row.get('t/s') ?? '') ?? [];
    const tokensPerSecond = numberOf(mean);
    if (what === null || what[0] === '' || tokensPerSecond === undefined) return [];
    const [, prompt, generated, depth] = what;
    return [
      present({
        model: cleanName(row.get('model') ?? '', 200),
        backend: row.get('backend'),
        build,
        promptTokens: Number(prompt ?? 0),
        generatedTokens: Number(generated ?? 0),
        depth: Number(depth ?? 0),
        tokensPerSecond,
        deviation: numberOf(deviation),
      }),
    ];
  });
}

/** What llama-bench printed, in any of its forms (`-o json`, `jsonl`, `csv`, `md`); none where it ended before its first test. */
export function llamaBenchRows(output: string): readonly LlamaBenchRow[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const header = lines.findIndex((line) => line.includes('avg_ts,'));
  if (header >= 0 && !(lines[header] ?? '').startsWith('{')) return csvRows(lines.slice(header)).flatMap(rowOf);
  const whole = jsonOf(output.slice(Math.max(0, output.indexOf('['))));
  if (Array.isArray(whole)) return whole.flatMap(rowOf);
  const rows = lines.filter((line) => line.startsWith('{')).flatMap((line) => rowOf(jsonOf(line)));
  return rows.length > 0 ? rows : fromMarkdown(lines);
}
