import { z } from 'zod';
import type { DockerExec, DockerQuestion } from '../../docker/request.js';
import { enginePath } from '../../docker/request.js';
import { listOf, readAnswer } from '../../docker/lenient.js';
import { Failure } from '../../errors.js';
import { estimateOf, rounded } from './statistics.js';
import type { Circumstances } from './circumstances.js';
import type { EnergyData } from './energy.js';
import type { LevelData } from './level.js';
import type { LlamaBenchRow } from './parse/llama-bench.js';
import type { ServingReport, Spread } from './parse/serving-report.js';
import { present } from '../../linux/present.js';

const shape = z.object({ Args: listOf(z.string()) });

/** The words that a container was started with, its program apart; what jetfleet gave it, as the engine tells it. */
export function wordsQuestion(container: string): DockerQuestion<readonly string[]> {
  return {
    name: 'container-words',
    path: enginePath('containers', container, 'json'),
    parse: (answer) => readAnswer(shape, answer).Args,
  };
}

/** What an engine's own tool is to measure. */
export interface OwnToolAsked {
  readonly engine: string;
  readonly container: string;
  readonly served: string;
  readonly words: readonly string[];
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly concurrency: readonly number[];
  readonly repeats: number;
  readonly seed: number;
}

/** How it is run. */
export interface OwnTool {
  readonly method: Exclude<Circumstances['method'], 'http'>;
  readonly runs: readonly { readonly concurrency: number; readonly exec: DockerExec }[];
  /** What a person should know before. */
  readonly says?: string;
}

const plainWord = /^[\w.:/@+-]{1,400}$/;

const isPlain = (word: string): boolean => plainWord.test(word) && !word.startsWith('-');

function wordAfter(words: readonly string[], ...names: readonly string[]): string | undefined {
  const at = words.findIndex((word) => names.includes(word));
  const word = at < 0 ? undefined : words[at + 1];
  return word !== undefined && isPlain(word) ? word : undefined;
}

function serving(
  { container, served, promptTokens, outputTokens, concurrency, repeats, seed }: OwnToolAsked,
  program: readonly [string, ...string[]],
): OwnTool['runs'] {
  return concurrency.map((level) => {
    const load = ['--dataset-name', 'random', '--random-input-len', String(promptTokens)];
    const argv = [
      ...program,
      ...load,
      ...['--random-output-len', String(outputTokens), '--num-prompts', String(level * repeats)],
      ...['--max-concurrency', String(level), '--seed', String(seed), '--served-model-name', served],
    ] as const;
    return { concurrency: level, exec: { docker: 'exec', container, argv } as const };
  });
}

/** The model of llama-server in the words of llama-bench: its file, or what was cached of a hub, which builds since 2026 know. */
function llamaModel(words: readonly string[]): readonly string[] | undefined {
  const path = wordAfter(words, '--model', '-m');
  if (path !== undefined) return ['-m', path];
  const [repo, file] = [wordAfter(words, '--hf-repo', '-hfr', '-hf'), wordAfter(words, '--hf-file', '-hff')];
  if (repo === undefined) return undefined;
  return ['-hf', repo, ...(file === undefined ? [] : ['-hff', file])];
}

/** The model of trtllm-serve: its first word, whether or not the image starts it by a program of its own. */
function servedFirst(words: readonly string[]): string | undefined {
  const [first = ''] = words;
  return wordAfter(words, 'trtllm-serve') ?? (isPlain(first) ? first : undefined);
}

/**
 * Writes requests of exactly so many tokens and measures them: trtllm-bench takes its load from a file. Arguments: model, folder of the
 * model or nothing, requests, tokens in, tokens out, at once, seed.
 */
export const trtScript =
  'f=$(mktemp) || exit 1; awk -v n="$3" -v i="$4" -v o="$5" -v s="$7" \'BEGIN { srand(s); for (t = 0; t < n; t++) { ' +
  'printf "{\\"task_id\\":%d,\\"input_ids\\":[", t; for (k = 0; k < i; k++) printf "%s%d", k ? "," : "", 1000 + int(rand() * 20000); ' +
  'printf "],\\"output_tokens\\":%d}\\n", o } }\' >"$f"; ' +
  'trtllm-bench --model "$1" ${2:+--model_path "$2"} throughput --dataset "$f" --backend pytorch --streaming --concurrency "$6" ' +
  '--num_requests "$3" --kv_cache_free_gpu_mem_fraction 0.5; c=$?; rm -f "$f"; exit $c';

function trtRuns(
  { container, promptTokens, outputTokens, concurrency, repeats, seed }: OwnToolAsked,
  model: string,
): OwnTool['runs'] {
  const [name, folder] = model.startsWith('/') ? [model.split('/').at(-1) ?? model, model] : [model, ''];
  return concurrency.map((level) => {
    const numbers = [level * repeats, promptTokens, outputTokens, level, seed].map(String);
    const argv = ['sh', '-c', trtScript, 'jetfleet-trtllm-bench', name, folder, ...numbers] as const;
    return { concurrency: level, exec: { docker: 'exec', container, argv } as const };
  });
}

/** The tool that the engine of an endpoint brings. Throws where it has none that could be used. */
export function ownTool(asked: OwnToolAsked): OwnTool {
  const { engine, container, words, promptTokens, outputTokens, repeats } = asked;
  if (engine === 'llama.cpp') {
    const model = llamaModel(words);
    if (model === undefined) throw noTool('The container does not tell which model llama-bench should load.');
    const sizes = ['-p', String(promptTokens), '-n', String(outputTokens), '-r', String(repeats)];
    const argv = ['llama-bench', ...model, ...sizes, '-ngl', '999', '-o', 'jsonl'] as const;
    return {
      method: 'llama-bench',
      runs: [{ concurrency: 1, exec: { docker: 'exec', container, argv } }],
      says: 'llama-bench loads the model a second time, beside the one that is served',
    };
  }
  const trtModel = engine === 'tensorrt-llm' ? servedFirst(words) : undefined;
  if (trtModel !== undefined)
    return {
      method: 'trtllm-bench',
      runs: trtRuns(asked, trtModel),
      says: 'trtllm-bench loads the model a second time, beside the one that is served',
    };
  const model = engine === 'vllm' ? wordAfter(words, 'serve') : undefined;
  // What the engine says of itself is the device's text, and goes among the words of a command here.
  if (model !== undefined && !isPlain(asked.served))
    throw noTool('The engine names its model in a way that its own tool cannot be told.');
  if (model !== undefined)
    return {
      method: 'vllm bench serve',
      runs: serving(asked, [
        ...(['vllm', 'bench', 'serve', '--backend', 'openai-chat', '--endpoint', '/v1/chat/completions'] as const),
        ...['--base-url', 'http://127.0.0.1:8000', '--model', model, '--ignore-eos'],
        ...['--percentile-metrics', 'ttft,tpot,itl,e2el', '--metric-percentiles', '90,99'],
      ]),
    };
  throw noTool('The engine of this endpoint brings no tool that could measure it where it stands.');
}

const noTool = (message: string): Failure =>
  new Failure('unsupported', message, { hint: 'Leave method away: then it is measured over HTTP.', retry: 'no' });

const plain = (spread: Spread | undefined): LevelData['ttftMs'] =>
  spread?.mean === undefined
    ? undefined
    : present({ mean: spread.mean, p50: spread.p50, p90: spread.p90, p99: spread.p99 });
const each = (total: number | undefined, requests: number): number | undefined =>
  total === undefined || requests === 0 ? undefined : rounded(total / requests);

/** A report with the counts that its rates tell: trtllm-bench prints rates only. */
export function withCounts(report: ServingReport): ServingReport {
  const { seconds, requestsPerSecond, outputTokensPerSecond, totalTokensPerSecond } = report;
  const over = (rate: number | undefined): number | undefined =>
    seconds === undefined || rate === undefined ? undefined : Math.round(seconds * rate);
  const [requests, generatedTokens, all] = [requestsPerSecond, outputTokensPerSecond, totalTokensPerSecond].map(over);
  const promptTokens = all === undefined || generatedTokens === undefined ? undefined : all - generatedTokens;
  return present({ requests, generatedTokens, promptTokens, ...report });
}

/** One level by a serving tool's report. */
export function levelOfReport(concurrency: number, report: ServingReport, energy: EnergyData | undefined): LevelData {
  const { requests = 0, failed, promptTokens, generatedTokens, outputTokensPerSecond, ttftMs, tpotMs } = report;
  const perToken = tpotMs?.mean;
  return present({
    concurrency,
    requests: requests + (failed ?? 0),
    failed: failed === 0 ? undefined : failed,
    promptTokens: each(promptTokens, requests),
    generatedTokens: each(generatedTokens, requests) ?? 0,
    tokensCounted: 'by_engine' as const,
    outputTokensPerSecond: outputTokensPerSecond === undefined ? undefined : { mean: outputTokensPerSecond },
    decodeTokensPerSecond:
      perToken === undefined || perToken <= 0 ? undefined : { byClient: { mean: rounded(1000 / perToken) } },
    ttftMs: plain(ttftMs),
    interTokenMs: plain(report.interTokenMs),
    energy,
  });
}

/** The level of llama-bench's two tests. */
export function levelOfRows(rows: readonly LlamaBenchRow[], energy: EnergyData | undefined): LevelData | undefined {
  const [prefill, decode] = [
    rows.find(({ generatedTokens }) => generatedTokens === 0),
    rows.find(({ promptTokens }) => promptTokens === 0),
  ];
  if (prefill === undefined || decode === undefined) return undefined;
  const rateOf = ({ samples, tokensPerSecond }: LlamaBenchRow): NonNullable<LevelData['outputTokensPerSecond']> =>
    (samples && estimateOf(samples)) ?? { mean: rounded(tokensPerSecond) };
  return present({
    concurrency: 1,
    requests: decode.samples?.length ?? 1,
    promptTokens: prefill.promptTokens,
    generatedTokens: decode.generatedTokens,
    tokensCounted: 'by_engine' as const,
    outputTokensPerSecond: rateOf(decode),
    prefillTokensPerSecond: { byEngine: rateOf(prefill) },
    decodeTokensPerSecond: { byEngine: rateOf(decode) },
    energy,
  });
}
