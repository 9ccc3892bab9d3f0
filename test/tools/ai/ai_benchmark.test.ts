import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import type { BenchmarkData } from '../../../src/core/ai/benchmark/result.js';
import { AiBenchmark } from '../../../tools/ai/ai_benchmark.js';
import type { FakeBoard, FakeDevice } from '../../fakes/fake-device.js';
import type { StandInRates } from '../../fakes/stand-in-engine.js';
import { clockedBoard, digest, keptChat, passed, servingBoard, timedCall } from './benchmark-board.js';

const tool = new AiBenchmark();
const rates: StandInRates = {
  prefillPerSecond: 400,
  decodePerSecond: (atOnce) => 20 / (1 + 0.2 * (atOnce - 1)),
  idleMilliwatts: 5200,
  loadMilliwatts: 14_600,
};
type Args = Parameters<AiBenchmark['prepare']>[0];
const usual: Args = {
  promptTokens: 256,
  outputTokens: 64,
  concurrency: [1],
  repeats: 3,
  clocks: 'keep',
  method: 'http',
};
const jobWords = ({ ran }: FakeDevice): (string | undefined)[] =>
  ran.map((line) => /jetfleet-job(?:-stop)?(?= )|^jetson_clocks.*/.exec(line.replace(/\n/g, ' '))?.[0]);
const within = (value: number | undefined, wanted: number, share = 0.03): void => {
  expect(value).toBeGreaterThan(wanted * (1 - share));
  expect(value).toBeLessThan(wanted * (1 + share));
};

beforeEach(() => void jest.useFakeTimers({ now: Date.UTC(2026, 10, 20, 7) }));
afterEach(() => void jest.useRealTimers());

async function measured(more: Partial<Args> = {}, set: Partial<StandInRates> = {}, board: FakeBoard = {}) {
  const the = servingBoard({ ...rates, ...set }, board);
  const call = timedCall();
  const args = { ...usual, ...more };
  const prepared = await tool.prepare(args, the.device, call);
  const data = await passed(tool.perform(args, prepared, the.device, call));
  return { ...the, call, prepared, data: tool.spec.output.parse(data) };
}

describe('ai_benchmark', () => {
  it('measures what the engine was set to, within 3 %', async () => {
    const { data, call, device } = await measured();
    const [level] = data.levels;
    within(level?.decodeTokensPerSecond?.byEngine?.mean, 20);
    within(level?.decodeTokensPerSecond?.byClient?.mean, 20);
    within(level?.prefillTokensPerSecond?.byEngine?.mean, 400);
    within(level?.ttftMs?.p50, (256 / 400) * 1000);
    within(level?.interTokenMs?.p99, 50);
    expect(level).toMatchObject({
      concurrency: 1,
      requests: 3,
      promptTokens: 256,
      generatedTokens: 64,
      tokensCounted: 'by_engine',
    });
    const seconds = 3 * (256 / 400 + 63 / 20);
    within(level?.energy?.seconds, seconds);
    within(level?.energy?.joules, 14.6 * seconds);
    within(level?.energy?.netJoules, (14.6 - 5.2) * seconds);
    within(level?.energy?.tokensPerJoule, (3 * 64) / (14.6 * seconds));
    within(level?.energy?.netTokensPerJoule, (3 * 64) / (9.4 * seconds));
    within(data.board.idleWatts, 5.2);
    expect(data.board).toMatchObject({
      ramUsedBytes: 5200 * 2 ** 20,
      ramTotalBytes: 7620 * 2 ** 20,
      temperaturesCelsius: { gpu: 61.5, tj: 61.5 },
    });
    expect(data.circumstances).toMatchObject({
      engine: 'llama.cpp',
      engineVersion: 'b9010-test',
      digest,
      model: 'llama-3.2-3b',
      quantisation: 'Q4_K_M',
      context: 4096,
      slots: 4,
      method: 'http',
      clocks: 'dynamic',
    });
    expect(call.store.kept).toMatchObject([
      { id: call.changeId, device: 'orin', engine: 'llama.cpp', model: 'llama-3.2-3b' },
    ]);
    expect(jobWords(device)).toEqual(['jetfleet-job', 'jetfleet-job-stop']);
  });

  it('sweeps concurrency: every request is sent at once, and the energy of a token falls', async () => {
    const { data, engine } = await measured({ concurrency: [4, 1, 4], repeats: 2 });
    const [one, four] = data.levels;
    expect(data.levels.map(({ concurrency, requests }) => [concurrency, requests])).toEqual([
      [1, 2],
      [4, 8],
    ]);
    within(four?.decodeTokensPerSecond?.byEngine?.mean, 12.5);
    within(four?.outputTokensPerSecond?.mean, (4 * 64) / (256 / 400 + 63 / 12.5));
    expect(four?.energy?.tokensPerJoule).toBeGreaterThan(1.5 * (one?.energy?.tokensPerJoule ?? Infinity));
    expect(new Set(engine.prompts).size).toBe(engine.prompts.length);
    expect(tool.spec.picture(data)).toContain('4 at once');
  });

  it('gives the same prompts each time', async () => {
    const [a, b] = [await measured({ repeats: 1 }), await measured({ repeats: 1 })];
    expect(a.engine.prompts).toEqual(b.engine.prompts);
  });

  it('says so where the rails have no total, and where the board tells no power', async () => {
    const rails = [
      ['VDD_GPU_SOC', 0.75],
      ['VDD_CPU_CV', 0.25],
    ] as const;
    const sum = await measured({ repeats: 1 }, { rails });
    expect(sum.data.levels[0]?.energy).toMatchObject({ powerIs: 'sum_of_rails' });
    expect(sum.data.notes).toEqual([expect.stringContaining('sum of the rails')]);
    const none = await measured({ repeats: 1 }, { rails: [] });
    expect(none.data.levels[0]?.energy).toBeUndefined();
    expect(none.data.board.idleWatts).toBeUndefined();
    expect(none.data.notes).toEqual([expect.stringContaining('tells no power')]);
  });

  it('tells answers that ended early, and requests that failed', async () => {
    const short = await measured({ repeats: 1 }, { endsAfter: 20 });
    expect(short.data.notes).toEqual([expect.stringContaining('ended some answers early')]);
    const failing = await measured({ repeats: 2, concurrency: [2] }, { refuses: (n) => n === 5 });
    expect(failing.data.levels[0]).toMatchObject({ requests: 4, failed: 1 });
    expect(failing.data.levels[0]?.energy).toBeUndefined();
  });

  it('takes what the store knows of the endpoint', async () => {
    const the = servingBoard(rates);
    const call = timedCall();
    await call.store.endpoints.put({ device: 'orin', name: 'chat', atMs: 0, data: { ...keptChat } });
    const { served } = await tool.prepare({ ...usual, endpoint: 'chat' }, the.device, call);
    expect(served).toMatchObject({ processor: 'gpu', served: 'chat' });
  });

  it.each<[string, Partial<Args>, readonly string[], RegExp]>([
    ['an endpoint that does not run', { endpoint: 'old' }, ['chat'], /No endpoint of that name/],
    ['no name where there are several', {}, ['chat', 'code'], /several endpoints/],
    ['a container that is none', { endpoint: 'web' }, ['chat'], /No endpoint of that name/],
    ['prompts beyond the context', { promptTokens: 4090 }, ['chat'], /more than the context/],
  ])('refuses %s', async (_what, more, names, message) => {
    const { device } = servingBoard(rates, {}, names);
    await expect(tool.prepare({ ...usual, ...more }, device, timedCall())).rejects.toThrow(message);
    expect(device.ran).toEqual([]);
  });

  it('does not measure beside another measurement, nor touch the clocks that one holds', async () => {
    const { device, jobs } = servingBoard(rates, clockedBoard());
    jobs.outcome = { output: '', exitCode: 1 };
    const call = timedCall();
    const args: Args = { ...usual, clocks: 'max' };
    const prepared = await tool.prepare(args, device, call);
    await expect(passed(tool.perform(args, prepared, device, call))).rejects.toThrow(/being measured/);
    expect(call.store.kept).toEqual([]);
    expect(jobWords(device)).toEqual(['jetfleet-job', 'jetfleet-job-stop']);
  });

  it('puts back what an ended server left, and tells what that one kept', async () => {
    const { device, prepared, call, data } = await measured({ repeats: 1 });
    device.ran.length = 0;
    const { awaits } = prepared;
    if (awaits === undefined) throw new Error('no awaits');
    const told: BenchmarkData = await tool.settle(awaits, device, call);
    expect(told).toEqual(data);
    await expect(tool.settle(awaits, device, timedCall())).rejects.toMatchObject({ kind: 'command_failed' });
    expect(jobWords(device)).toEqual(['jetfleet-job-stop', 'jetfleet-job-stop']);
  });

  it('holds the clocks at their highest meanwhile, and puts them back', async () => {
    const { data, device, prepared } = await measured({ repeats: 1, clocks: 'max' }, {}, clockedBoard());
    expect(prepared.says).toContain('holds the clocks at their highest meanwhile (jetson_clocks), put back after it');
    expect(data.circumstances.clocks).toBe('pinned');
    expect(data.restored).toBe('Put back; seen after it: the clocks are not held.');
    expect(jobWords(device)).toEqual([
      'jetfleet-job',
      'jetson_clocks --store /root/l4t_dfs.conf',
      'jetson_clocks',
      'jetson_clocks --restore /root/l4t_dfs.conf',
      'jetfleet-job-stop',
    ]);
    expect(prepared.awaits?.afterwards).toHaveLength(2);
  });

  it("runs the engine's own tool, and knows when its tests were", async () => {
    const row = (prompt: number, generated: number, rates: readonly number[]): string =>
      JSON.stringify({
        n_prompt: prompt,
        n_gen: generated,
        avg_ts: rates[0],
        samples_ts: rates,
        model_type: 'llama 3B Q4_K',
      });
    const argv = 'llama-bench -m /models/x.gguf -p 256 -n 64 -r 3 -ngl 999 -o jsonl';
    const stdout = `${row(256, 0, [400, 401, 399])}\n${row(0, 64, [20, 20.2, 19.8])}\n`;
    const { data, prepared } = await measured(
      { method: 'engine' },
      {},
      { docker: { execs: { [`chat: ${argv}`]: { stdout } } } },
    );
    expect(prepared.says).toContain('by llama-bench');
    expect(prepared.steps).toContainEqual({ docker: 'exec', container: 'chat', argv: argv.split(' ') });
    expect(data).toMatchObject({
      circumstances: { method: 'llama-bench' },
      levels: [
        {
          concurrency: 1,
          prefillTokensPerSecond: { byEngine: { mean: 400 } },
          decodeTokensPerSecond: { byEngine: { mean: 20, low: expect.any(Number) } },
          energy: { seconds: expect.closeTo(9.6, 1), powerIs: 'input' },
        },
      ],
    });
  });

  it('ends where the call is taken back, and still lets go of the board', async () => {
    const { device } = servingBoard(rates);
    const over = new AbortController();
    const call = { ...timedCall(), signal: over.signal };
    const prepared = await tool.prepare(usual, device, call);
    const work = tool.perform(usual, prepared, device, call);
    work.catch(() => undefined);
    await jest.advanceTimersByTimeAsync(9000);
    over.abort(new Failure('cancelled', 'The call was cancelled.'));
    await expect(passed(work)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(device.ran.at(-1)).toContain('jetfleet-job-stop');
    expect(call.store.kept).toEqual([]);
  });
});
