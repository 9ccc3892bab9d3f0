import { expect, it } from '@jest/globals';
import { genaiPerfReport } from '../../src/core/ai/benchmark/parse/genai-perf.js';
import { llamaBenchRows } from '../../src/core/ai/benchmark/parse/llama-bench.js';
import { llamaLogTimings } from '../../src/core/ai/benchmark/parse/llama-timings.js';
import { mlcBenchRows } from '../../src/core/ai/benchmark/parse/mlc-bench.js';
import { references } from '../../src/core/ai/benchmark/published.js';
import { ollamaVerbose } from '../../src/core/ai/benchmark/parse/ollama-verbose.js';
import { trtllmBenchReport } from '../../src/core/ai/benchmark/parse/trtllm-bench.js';
import { vllmBenchReport } from '../../src/core/ai/benchmark/parse/vllm-bench.js';
import { answerPiece } from '../../src/core/ai/http/answer-pieces.js';
import { decodeRate, prefillRate } from '../../src/core/ai/http/figures.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

/** By what a file of llama-bench is called: the mean rates of its tests, prefill and decode in turn. */
const rates: Readonly<Record<string, readonly number[]>> = {
  'md-qwen2-32b': [128.64, 5.37],
  'jp6-10.csv': [245.197215, 7.753495],
  'jp6-11.csv': [7133.85044, 104.417962],
  'jp6-12.csv': [500.119518, 12.150765],
  'jp6-14.csv': [330.8132, 11.419138],
  // It ended before its first test.
  'jp6-15.csv': [],
  'jp6-1.csv': [3040.388906, 71.523476],
  'jp6-2.csv': [1534.71942, 35.065586],
  'jp6-3.csv': [1097.938136, 26.56202],
  'jp6-4.csv': [729.365419, 15.980351],
  'jp6-5.csv': [555.039995, 14.907993],
  'jp6-8.csv': [252.984887, 8.392791],
  'jp6-9.csv': [264.739321, 7.890549],
  'md-depth': [7340.2, 120.6, 6425.91, 116.71],
  'docs-jsonl': [7100.002165, 118.881588],
};

/** By the file of llama-cli: prompt tokens, prefill and decode rates as it printed them, with decimal commas. */
const timings: Readonly<Record<string, readonly [number, number, number]>> = {
  '-2.txt': [13, 265.51, 34.95],
  '-3.txt': [12, 202.22, 26.33],
  '-4.txt': [12, 141.18, 15.88],
  '-5.txt': [12, 132.58, 14.85],
  '-6.txt': [13, 152.31, 14.6],
};

function knownOf<T>(table: Readonly<Record<string, T>>, path: string): T {
  const found = Object.entries(table).find(([name]) => path.includes(name));
  if (found === undefined) throw new Error(`nobody reads ${path}`);
  return found[1];
}

describeWith(corpusMissing, "recordings of engines' own benchmarks", () => {
  it.each(recordingsOf('llama-bench'))('%s', (path, text) => {
    const rows = llamaBenchRows(text);
    expect(rows.map(({ tokensPerSecond }) => tokensPerSecond)).toEqual(knownOf(rates, path));
    for (const [i, row] of rows.entries()) {
      const prefill = i % 2 === 0;
      expect(row).toMatchObject({ promptTokens: prefill ? 512 : 0, generatedTokens: prefill ? 0 : 128 });
      expect(row.depth).toBe(path.includes('depth') && i >= 2 ? 512 : 0);
      expect(row.model).toMatch(/^\w+ /);
      expect(row.deviation).toBeGreaterThan(0);
    }
    if (path.includes('jsonl'))
      expect(rows[0]).toMatchObject({ samples: [6863.1, 7147.55, 7136.37, 7115.79, 7237.21] });
    if (path.includes('qwen2-32b')) expect(rows[0]).toMatchObject({ build: '55ac8c77 (4675)', backend: 'CUDA' });
  });

  it('a JSON array is read as its lines are', () => {
    const [, text = ''] = recordingsOf('llama-bench').find(([path]) => path.endsWith('.jsonl')) ?? [];
    const array = `load_backend: loaded\n[\n${text.trim().split('\n').join(',\n')}\n]\n`;
    expect(llamaBenchRows(array)).toEqual(llamaBenchRows(text));
    expect(llamaBenchRows(array)).toHaveLength(2);
  });

  it.each(recordingsOf('llama-cli-timings'))('%s', (path, text) => {
    const [prompt, prefill, decode] = knownOf(timings, path);
    const figures = llamaLogTimings(text) ?? {};
    expect(figures).toMatchObject({ promptTokens: prompt, loadSeconds: expect.any(Number) });
    expect(prefillRate(figures)).toBeCloseTo(prefill, 1);
    expect(decodeRate(figures)).toBeCloseTo(decode, 1);
  });

  it.each(recordingsOf('vllm-bench-serve'))('%s', (path, text) => {
    const thor = path.includes('qwen3');
    expect(vllmBenchReport(text)).toEqual({
      requests: thor ? 10 : 50,
      concurrency: 1,
      seconds: thor ? 11.52 : 233.17,
      promptTokens: thor ? 20_431 : 10_058,
      generatedTokens: thor ? 1280 : 10_303,
      requestsPerSecond: thor ? 0.87 : 0.21,
      outputTokensPerSecond: thor ? 111.15 : 44.19,
      totalTokensPerSecond: thor ? 1885.21 : 87.32,
      ttftMs: thor ? { mean: 23.06, p50: 23.14, p99: 25.49 } : { mean: 32.02, p50: 31.38, p99: 38.12 },
      tpotMs: thor ? { mean: 8.88, p50: 8.88, p99: 8.98 } : { mean: 22.61, p50: 22.56, p99: 24.97 },
      interTokenMs: thor ? { mean: 8.88, p50: 8.68, p99: 9.99 } : { mean: 22.47, p50: 22.58, p99: 23.79 },
      ...(!thor && { requestMs: { mean: 4663.04, p50: 3450.02, p99: 15_030.27 } }),
    });
  });

  it.each(recordingsOf('trtllm-bench'))('%s', (path, text) => {
    if (path.includes('from-source')) {
      // The template of its print-out: its names with a number in each place.
      expect(trtllmBenchReport(text)).toBeUndefined();
      let n = 0;
      expect(trtllmBenchReport(text.replace(/\{:\.4f\}/g, () => `${++n}.5`))).toEqual({
        requestsPerSecond: 1.5,
        outputTokensPerSecond: 2.5,
        totalTokensPerSecond: 3.5,
        seconds: 0.0045,
        requestMs: { mean: 5.5 },
        ttftMs: { mean: 8.5 },
        tpotMs: { min: 11.5, max: 12.5, mean: 13.5, p50: 14.5, p90: 15.5, p95: 16.5, p99: 17.5 },
      });
    } else {
      expect(trtllmBenchReport(text)).toEqual({
        requestsPerSecond: 141.2968,
        outputTokensPerSecond: 18_085.9891,
        totalTokensPerSecond: 36_171.9781,
        seconds: 21.2319049,
        requestMs: { mean: 15_698.2533 },
      });
    }
  });

  it.each(recordingsOf('mlc-benchmark'))('%s', (_path, text) => {
    const row = {
      promptTokens: 16,
      generatedTokens: 128,
      promptSeconds: 0.025,
      generatedSeconds: 2.731,
      prefillTokensPerSecond: 632.8,
      decodeTokensPerSecond: 46.9,
    };
    const model = '/data/models/mlc/0.1.0/Llama-2-7b-hf-q4f16_ft/params';
    expect(mlcBenchRows(text)).toEqual([{ model, ...row }]);
    const csv =
      'timestamp, hostname, api, model, precision, input_tokens, output_tokens, prefill_time, prefill_rate, decode_time, decode_rate, memory\n' +
      '20260101 10:00:00, orin, mlc, llama, q4f16, 16, 128, 0.025, 632.8, 2.731, 46.9, 4000\n';
    expect(mlcBenchRows(csv)).toEqual([{ model: 'llama', ...row }]);
  });

  it.each(recordingsOf('genai-perf'))('%s', (_path, text) => {
    expect(genaiPerfReport(text)).toEqual({
      outputTokensPerSecond: 548.66,
      requestsPerSecond: 15.8,
      ttftMs: { mean: 6.82, min: 3.92, max: 14.56, p99: 14.43, p90: 13.88 },
      interTokenMs: { mean: 1.69, min: 1.17, max: 3.86, p99: 3.64, p90: 2.1 },
      requestMs: { mean: 63.25, min: 47.92, max: 144.99, p99: 135.36, p90: 86.73 },
    });
  });

  it.each(recordingsOf('ollama-run-verbose'))('%s', (_path, text) => {
    const figures = ollamaVerbose(text) ?? {};
    expect(figures).toMatchObject({ promptTokens: 76, generatedTokens: 88, loadSeconds: expect.closeTo(0.2254, 4) });
    expect(decodeRate(figures)).toBeCloseTo(33.8, 2);
    expect(prefillRate(figures)).toBeCloseTo(112.85, 2);
  });

  it.each([...recordingsOf('ollama-pull'), ...recordingsOf('ollama-install'), ...recordingsOf('llama-server-log')])(
    '%s has no figures, and none are made up',
    (_path, text) => {
      expect([ollamaVerbose(text), llamaLogTimings(text), vllmBenchReport(text)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect([...llamaBenchRows(text), ...mlcBenchRows(text)]).toEqual([]);
    },
  );

  it("the server's own timings and its log's are the same figures", () => {
    const [, json = ''] = recordingsOf('llama-server-http').find(([path]) => path.includes('timings')) ?? [];
    const log =
      'slot print_timing: id  3 | task 0 | \nprompt eval time =    1378.11 ms /    18 tokens (   76.56 ms per token,    13.06 tokens per second)\n' +
      '       eval time =    4353.35 ms /    77 tokens (   56.54 ms per token,    17.69 tokens per second)\n';
    const told = answerPiece('llama-server', json)?.figures ?? {};
    expect(decodeRate(llamaLogTimings(log) ?? {})).toBeCloseTo(decodeRate(told) ?? NaN, 2);
  });

  it('the published figures are those of the recordings', () => {
    const rowsOf = (name: string): string[][] => {
      const [, text = ''] = recordingsOf('benchmarks-published').find(([path]) => path.includes(name)) ?? [];
      const lines = text.trim().split('\n');
      return lines.slice(1).map((line) => line.split('\t'));
    };
    const thor = references.filter(({ quantisation }) => quantisation === 'FP8');
    expect(
      thor.map(({ mode, clocksHeld, concurrency, tokensPerSecond }) =>
        [mode, clocksHeld === true ? 'yes' : 'no', concurrency, tokensPerSecond].join(),
      ),
    ).toEqual(
      expect.arrayContaining(
        rowsOf('thor-qwen3').map(([mode, held, level, rate]) => [mode, held, level, Number(rate)].join()),
      ),
    );
    const before = references.filter(({ source }) => source.endsWith('before Super'));
    expect(before.map(({ tokensPerSecond }) => tokensPerSecond)).toEqual(
      rowsOf('orin-nano-vs-super').map(([, rate]) => Number(rate)),
    );
  });
});
