import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { trtScript } from '../../../src/core/ai/benchmark/own-tool.js';
import { AiBenchmark } from '../../../tools/ai/ai_benchmark.js';
import type { FakeBoard } from '../../fakes/fake-device.js';
import { passed, servingBoard, timedCall } from './benchmark-board.js';

const tool = new AiBenchmark();
type Args = Parameters<AiBenchmark['prepare']>[0];
const usual: Args = {
  promptTokens: 64,
  outputTokens: 16,
  concurrency: [1],
  repeats: 2,
  clocks: 'keep',
  method: 'http',
};
const rates = { prefillPerSecond: 400, decodePerSecond: () => 20, idleMilliwatts: 5000, loadMilliwatts: 12_000 };
const id = 'chat'.padEnd(64, '0');

beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 20, 7) }));
afterEach(() => void jest.useRealTimers());

/** A benchmark of an endpoint with these labels. */
async function measured(labels: Readonly<Record<string, string>>, more: Partial<Args> = {}, board: FakeBoard = {}) {
  const all = { 'jetfleet.engine': 'llama.cpp', 'jetfleet.api': 'llama-server', 'jetfleet.port': '9000', ...labels };
  const own = {
    Id: id,
    Names: ['/chat'],
    Image: 'x',
    State: 'running',
    Labels: { 'jetfleet.change': 'c0ffee0000000001', ...all },
  };
  const answers = { ...board.docker?.answers, '/containers/json': [own] };
  const { device } = servingBoard(rates, { ...board, docker: { ...board.docker, answers } });
  const args = { ...usual, ...more };
  const call = timedCall();
  const prepared = await tool.prepare(args, device, call);
  return { prepared, data: tool.spec.output.parse(await passed(tool.perform(args, prepared, device, call))) };
}

describe('what a benchmark tells of its circumstances', () => {
  const path = '/data/models/x.Q4_K_M.gguf';
  const sidecar = JSON.stringify({
    sha256: 'a'.repeat(64),
    sizeBytes: 7,
    verified: true,
    source: 'https://example.com',
  });
  const withSize = (size: string): FakeBoard => ({
    files: { [`${path}.jetfleet.json`]: sidecar },
    programs: { stat: ({ argv }) => ({ text: argv.at(-1) === path ? `${size}\n` : '' }) },
  });

  it.each([
    ['the hash of a file that model_pull brought', withSize('7'), `sha256:${'a'.repeat(64)}`],
    ['no hash of a file that is another by now', withSize('8'), undefined],
    ['no hash of a file that nobody knows', { missing: ['stat'] }, undefined],
  ])('is %s', async (_what, board, modelDigest) => {
    const { data } = await measured({ 'jetfleet.model': path }, {}, board);
    expect(data.circumstances.modelDigest).toBe(modelDigest);
  });

  it('is the rate at which requests arrived, of an open loop', async () => {
    const { prepared, data } = await measured({ 'jetfleet.model': 'x' }, { concurrency: [4], ratePerSecond: 0.1 });
    expect(prepared.says).toContain('4 requests at random, 0.1 a second');
    expect(prepared.says).toContain('its tegrastats is followed meanwhile');
    expect(data.circumstances.ratePerSecond).toBe(0.1);
    // At once, four of them take 1.0 s; one after the other as they arrive, they are hardly ever together.
    expect(data.levels[0]?.outputTokensPerSecond?.mean).toBeLessThan(20);
    const atOnce = await measured({ 'jetfleet.model': 'x' }, { concurrency: [4] });
    expect(atOnce.data.levels[0]?.outputTokensPerSecond?.mean).toBeGreaterThan(60);
    await expect(measured({ 'jetfleet.model': 'x' }, { method: 'engine', ratePerSecond: 1 })).rejects.toThrow(
      /^ratePerSecond: /,
    );
  });

  it("is trtllm-bench, as TensorRT-LLM's own tool, with its load's energy", async () => {
    const report = `[11/20/2026-07:00:00] [TRT-LLM] [I]
===========================================================
= PERFORMANCE OVERVIEW
===========================================================
Request Throughput (req/sec):                     0.5000
Total Output Throughput (tokens/sec):             8.0000
Total Token Throughput (tokens/sec):              40.0000
Total Latency (ms):                               4000.0000
Average time-to-first-token [TTFT] (ms):          300.0000
Average time-per-output-token [TPOT] (ms):        50.0000
`;
    const argv = ['sh', '-c', trtScript, 'jetfleet-trtllm-bench', 'Qwen/Qwen3-4B', '', '2', '64', '16', '1', '42'];
    const plan = await measured(
      { 'jetfleet.engine': 'tensorrt-llm', 'jetfleet.api': 'openai', 'jetfleet.model': 'x' },
      { method: 'engine' },
      {
        docker: {
          answers: { [`/containers/${id}/json`]: { Args: ['trtllm-serve', 'Qwen/Qwen3-4B', '--port', '8000'] } },
          execs: { [`chat: ${argv.join(' ')}`]: { stdout: report } },
        },
      },
    );
    expect(plan.prepared.says).toContain('by trtllm-bench');
    expect(plan.data).toMatchObject({
      circumstances: { method: 'trtllm-bench' },
      levels: [
        {
          concurrency: 1,
          requests: 2,
          promptTokens: 64,
          generatedTokens: 16,
          outputTokensPerSecond: { mean: 8 },
          decodeTokensPerSecond: { byClient: { mean: 20 } },
          ttftMs: { mean: 300 },
          energy: { seconds: 4 },
        },
      ],
    });
  });
});
