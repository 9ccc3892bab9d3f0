import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { ownTool, trtScript, withCounts, type OwnToolAsked } from '../../../../src/core/ai/benchmark/own-tool.js';

const asked = (served: string): OwnToolAsked => ({
  engine: 'vllm',
  container: 'ai-qwen',
  served,
  words: ['serve', 'Qwen/Qwen3-4B'],
  promptTokens: 128,
  outputTokens: 64,
  concurrency: [1],
  repeats: 2,
  seed: 7,
});

it("tells an engine's own tool the name by which it serves", () =>
  expect(ownTool(asked('Qwen/Qwen3-4B')).runs[0]?.exec.argv.slice(-2)).toEqual([
    '--served-model-name',
    'Qwen/Qwen3-4B',
  ]));

it.each(['--trust-remote-code', 'a b', 'x;reboot', ''])('gives it no other word of the engine: %j', (served) =>
  expect(() => ownTool(asked(served))).toThrow(/names its model in a way/),
);

const of = (engine: string, words: readonly string[]): string[] => [
  ...(ownTool({ ...asked('x'), engine, words }).runs[0]?.exec.argv ?? []),
];

it('has llama-bench load what is served: a file, or what was cached of a hub', () => {
  expect(of('llama.cpp', ['--model', '/models/x.gguf']).slice(0, 3)).toEqual(['llama-bench', '-m', '/models/x.gguf']);
  expect(of('llama.cpp', ['--hf-repo', 'unsloth/Qwen3-4B-GGUF:Q4_K_M']).slice(0, 4)).toEqual([
    ...['llama-bench', '-hf', 'unsloth/Qwen3-4B-GGUF:Q4_K_M', '-p'],
  ]);
  expect(of('llama.cpp', ['--hf-repo', 'a/b', '--hf-file', 'c.gguf']).slice(1, 5)).toEqual([
    '-hf',
    'a/b',
    '-hff',
    'c.gguf',
  ]);
  expect(() => of('llama.cpp', ['--hf-repo', '$(reboot)'])).toThrow(/does not tell which model/);
});

it('has trtllm-bench load what trtllm-serve has, by its name or its folder', () => {
  const words = (argv: readonly string[]): readonly string[] => argv.slice(4);
  expect(words(of('tensorrt-llm', ['trtllm-serve', 'Qwen/Qwen3-4B', '--port', '8000']))).toEqual([
    ...['Qwen/Qwen3-4B', '', '2', '128', '64', '1', '7'],
  ]);
  expect(words(of('tensorrt-llm', ['/models/Qwen3-4B', '--port', '8000'])).slice(0, 2)).toEqual([
    'Qwen3-4B',
    '/models/Qwen3-4B',
  ]);
  expect(() => of('tensorrt-llm', ['--port', '8000'])).toThrow(/brings no tool/);
});

it('gives trtllm-bench requests of exactly so many tokens, the same each time', () => {
  const stand =
    'trtllm-bench() { echo "$*"; while [ $# -gt 0 ]; do [ "$1" = --dataset ] && cat "$2"; shift; done; return 3; }; ';
  const run = (): { readonly status: number | null; readonly lines: string[] } => {
    const args = ['Qwen3', '/models/Qwen3', '2', '5', '64', '4', '7'];
    const { status, stdout } = spawnSync('bash', ['-c', stand + trtScript, 'x', ...args], { encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n') };
  };
  const { status, lines } = run();
  expect(status).toBe(3);
  expect(lines[0]).toMatch(
    /^--model Qwen3 --model_path \/models\/Qwen3 throughput --dataset \S+ --backend pytorch --streaming/,
  );
  const requests = lines.slice(1).map((line): unknown => JSON.parse(line));
  const five: unknown = Array.from({ length: 5 }, () => expect.any(Number));
  expect(requests).toEqual([0, 1].map((id) => ({ task_id: id, input_ids: five, output_tokens: 64 })));
  expect(run().lines.slice(1)).toEqual(lines.slice(1));
});

it('reckons the counts that trtllm-bench leaves out from its rates', () =>
  expect(
    withCounts({ seconds: 4, requestsPerSecond: 0.5, outputTokensPerSecond: 32, totalTokensPerSecond: 96 }),
  ).toMatchObject({ requests: 2, generatedTokens: 128, promptTokens: 256 }));
