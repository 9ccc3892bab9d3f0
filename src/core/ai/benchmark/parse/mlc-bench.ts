import { present } from '../../../linux/present.js';
import { cleanName } from '../../../untrusted.js';
import type { Figures } from '../../http/figures.js';
import { csvRows } from './csv.js';
import { numberOf } from './number-of.js';

/** One model's mean over the runs of jetson-containers' benchmark of MLC. */
export interface MlcBenchRow extends Figures {
  readonly model: string;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
}

const average = /^AVERAGE OVER \d+ RUNS, input=(\d{1,7}), output=(\d{1,7})/;
const told =
  /^(\S{1,300}):\s+prefill_time ([\d.,]+) sec, prefill_rate ([\d.,]+) tokens\/sec, decode_time ([\d.,]+) sec, decode_rate ([\d.,]+) tokens\/sec/;

interface Cells {
  readonly model: string;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  readonly prefillSeconds?: string | undefined;
  readonly prefill?: string | undefined;
  readonly decodeSeconds?: string | undefined;
  readonly decode?: string | undefined;
}

function rowOf(cells: Cells): MlcBenchRow[] {
  const [prefill, decode] = [numberOf(cells.prefill), numberOf(cells.decode)];
  if (prefill === undefined || decode === undefined) return [];
  return [
    present({
      model: cleanName(cells.model, 200),
      promptTokens: numberOf(cells.input),
      generatedTokens: numberOf(cells.output),
      promptSeconds: numberOf(cells.prefillSeconds),
      generatedSeconds: numberOf(cells.decodeSeconds),
      prefillTokensPerSecond: prefill,
      decodeTokensPerSecond: decode,
    }),
  ];
}

/** What jetson-containers' MLC benchmark prints, or the CSV that it writes. */
export function mlcBenchRows(text: string): readonly MlcBenchRow[] {
  const lines = text.split('\n').map((line) => line.trim());
  const header = lines.findIndex((line) => /(?:^|,)\s*prefill_rate\s*,/.test(line));
  if (header >= 0)
    return csvRows(lines.slice(header)).flatMap((row) =>
      rowOf({
        model: row['model'] ?? '',
        input: row['input_tokens'],
        output: row['output_tokens'],
        prefillSeconds: row['prefill_time'],
        prefill: row['prefill_rate'],
        decodeSeconds: row['decode_time'],
        decode: row['decode_rate'],
      }),
    );
  let [input, output]: (string | undefined)[] = [];
  return lines.flatMap((line) => {
    const tokens = average.exec(line);
    if (tokens !== null) [, input, output] = tokens;
    const [, model, prefillSeconds, prefill, decodeSeconds, decode] = told.exec(line) ?? [];
    return model === undefined ? [] : rowOf({ model, input, output, prefillSeconds, prefill, decodeSeconds, decode });
  });
}
