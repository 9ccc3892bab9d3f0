import { describe, expect, it } from '@jest/globals';
import type { BenchmarkData } from '../../../src/core/ai/benchmark/result.js';
import type { Member } from '../../../src/ports/tool.js';
import { AiBenchmarkCompare } from '../../../tools/ai/ai_benchmark_compare.js';
import { fakeCall, FakeDevice } from '../../fakes/fake-device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';

const tool = new AiBenchmarkCompare();
const start = Date.UTC(2026, 10, 19);

type Circumstances = BenchmarkData['circumstances'];
const usual: Circumstances = {
  engine: 'llama.cpp',
  image: 'llama:1',
  digest: 'sha256:aa',
  model: 'llama3-2-3b',
  quantisation: 'Q4_K_M',
  context: 4096,
  slots: 1,
  method: 'http',
  promptTokens: 512,
  outputTokens: 128,
  module: 'orin-nano-8gb',
  l4t: '36.4.7',
  powerMode: '15W',
  clocks: 'pinned',
};

/** A kept result: hour, decode rate with its half range, what is other. */
function kept(id: string, hour: number, rate: number, other: Partial<Circumstances> = {}, device = 'nano') {
  const atMs = start + hour * 3_600_000;
  const circumstances = { ...usual, ...other };
  const data: BenchmarkData = {
    id,
    endpoint: 'chat',
    at: new Date(atMs).toISOString(),
    says: '',
    circumstances,
    board: {},
    levels: [
      {
        concurrency: 1,
        requests: 3,
        generatedTokens: 128,
        tokensCounted: 'by_engine',
        decodeTokensPerSecond: { byEngine: { mean: rate, low: rate - 0.5, high: rate + 0.5 } },
        ttftMs: { mean: 1000 / rate, p50: 1000 / rate },
      },
    ],
  };
  return { id, device, atMs, engine: circumstances.engine, model: circumstances.model, data };
}
type Args = Parameters<AiBenchmarkCompare['readAll']>[0];

async function compared(
  results: readonly ReturnType<typeof kept>[],
  more: Partial<Args> = {},
  names = ['nano', 'other'],
) {
  const call = fakeCall(start + 100 * 3_600_000);
  await call.store.benchmarks.add(results);
  const members = names.map((name): Member => ({
    entry: deviceEntry(name),
    state: undefined,
    device: new FakeDevice(name),
    learn: () => Promise.resolve(undefined),
  }));
  const args = tool.spec.input.parse(more);
  return tool.spec.output.parse(await tool.readAll(args, members, call));
}

describe('ai_benchmark_compare', () => {
  it('ranks results that are alike, best first, and draws them', async () => {
    const data = await compared([kept('a', 0, 20), kept('b', 1, 22, {}, 'other'), kept('c', 2, 21)]);
    expect(data).toMatchObject({ ranked: true, says: '3 results, best first.' });
    expect(data.runs.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
    expect(tool.spec.picture(data)).toContain('<svg');
    expect((await compared([kept('a', 0, 20), kept('b', 1, 22)], { metric: 'ttft' })).runs[0]?.id).toBe('b');
  });

  it('refuses to rank unlike results, and names the difference', async () => {
    const results = [kept('a', 0, 20), kept('b', 1, 30, { powerMode: 'MAXN_SUPER' }, 'other')];
    const data = await compared(results);
    expect(data).toMatchObject({
      ranked: false,
      unlike: [{ what: 'powerMode', values: ['MAXN_SUPER', '15W'] }],
      says: expect.stringContaining('differ in powerMode. Name in `across`'),
    });
    expect(data.runs.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(tool.spec.picture(data)).toBeUndefined();
    expect(await compared(results, { across: ['powerMode'] })).toMatchObject({ ranked: true });
  });

  it('never ranks different work, whatever it is told to compare by', async () => {
    const data = await compared([kept('a', 0, 20), kept('b', 1, 30, { promptTokens: 64 })], {
      across: ['powerMode', 'model'],
    });
    expect(data).toMatchObject({
      ranked: false,
      unlike: [{ what: 'promptTokens' }],
      says: expect.stringContaining('prompt length'),
    });
  });

  it('counts an image by its digest, not by its tag', async () => {
    const moved = await compared([kept('a', 0, 20), kept('b', 1, 21, { digest: 'sha256:bb' })]);
    expect(moved.unlike).toMatchObject([{ what: 'image' }]);
    expect((await compared([kept('a', 0, 20), kept('b', 1, 21, { image: 'llama:latest' })])).ranked).toBe(true);
  });

  it('does not rank another file under the same name, and knows that each engine has its own kind of digest', async () => {
    const results = [kept('a', 0, 20, { modelDigest: 'sha256:aa' }), kept('b', 1, 30, { modelDigest: 'sha256:bb' })];
    expect(await compared(results)).toMatchObject({
      ranked: false,
      unlike: [{ what: 'modelDigest', values: ['sha256:bb', 'sha256:aa'] }],
    });
    const engines = [
      kept('a', 0, 20, { modelDigest: 'sha256:aa' }),
      kept('b', 1, 30, { engine: 'ollama', modelDigest: 'bb' }),
    ];
    expect(await compared(engines, { across: ['engine'] })).toMatchObject({ ranked: true });
  });

  it('never ranks bursts with arrivals at a rate', async () => {
    const data = await compared([kept('a', 0, 20), kept('b', 1, 30, { ratePerSecond: 2 })]);
    expect(data).toMatchObject({ ranked: false, unlike: [{ what: 'ratePerSecond', values: ['2', 'unknown'] }] });
  });

  it('tells a run that came out worse than the one before, and what was other', async () => {
    const worse = await compared([
      kept('a', 0, 20),
      kept('b', 1, 16, { digest: 'sha256:bb' }),
      kept('x', 0, 20, {}, 'other'),
      kept('y', 1, 20.6, {}, 'other'),
    ]);
    expect(worse.changes).toEqual([
      {
        device: 'nano',
        id: 'b',
        before: 'a',
        is: 16,
        was: 20,
        percent: -20,
        changed: [{ what: 'image', is: 'sha256:bb', was: 'sha256:aa' }],
      },
    ]);
  });

  it('sets published figures beside, and says why they are a reference only', async () => {
    const data = await compared([kept('a', 0, 21.5)]);
    expect(data.published?.[0]).toMatchObject({ tokensPerSecond: expect.any(Number), id: 'a' });
    const old = data.published?.find(({ tokensPerSecond }) => tokensPerSecond === 27.7);
    expect(old).toMatchObject({
      percent: 78,
      other: ['engine mlc', 'quantisation q4f16_1', 'clocks unknown', 'prompt and answer lengths unknown'],
    });
  });

  it.each([
    [
      '| model | size | params | backend | test | t/s |\n| qwen2 7B Q4_K - Medium | 4 GiB | 7 B | CUDA | pp512 | 400.10 ± 1.0 |\n| qwen2 7B Q4_K - Medium | 4 GiB | 7 B | CUDA | tg128 | 14.20 ± 0.1 |',
      [
        { tool: 'llama-bench', prefillTokensPerSecond: 400.1 },
        { tool: 'llama-bench', decodeTokensPerSecond: 14.2 },
      ],
    ],
    [
      'Request throughput (req/s):  1.5\nOutput token throughput (tok/s):  96.0\nMean TTFT (ms):  200.0\nMean TPOT (ms):  20.0',
      [{ tool: 'vllm or sglang', outputTokensPerSecond: 96, decodeTokensPerSecond: 50, ttftMs: 200 }],
    ],
    [
      'prompt eval count:    76 token(s)\nprompt eval duration: 500ms\neval count:           88 token(s)\neval duration:        4s',
      [{ tool: 'ollama', prefillTokensPerSecond: 152, decodeTokensPerSecond: 22 }],
    ],
  ])('sets what another tool printed beside: %#', async (report, pasted) =>
    expect(await compared([kept('a', 0, 20)], { report })).toMatchObject({ pasted, ranked: false }),
  );

  it('says that a report is in no form that it knows', () =>
    expect(compared([], { report: 'it was fast' })).rejects.toThrow(/^report: /));

  it('gives CSV that no spreadsheet runs', async () => {
    const data = await compared([kept('a', 0, 20, { model: '=cmd|"x",y' })], { format: 'csv' });
    expect(data.csv?.split('\n')[0]).toMatch(/^id,device,at,model,quantisation,engine/);
    expect(data.csv).toContain(`"'=cmd|""x"",y"`);
  });

  it('keeps to the devices chosen, and to the time and the level asked for', async () => {
    const results = [kept('a', 0, 20), kept('b', 99, 22, {}, 'other')];
    expect((await compared(results, {}, ['nano'])).runs).toMatchObject([{ id: 'a' }]);
    expect((await compared(results, { since: '2h' })).runs).toMatchObject([{ id: 'b' }]);
    expect(await compared(results, { concurrency: 8 })).toMatchObject({
      runs: [],
      says: expect.stringContaining('No kept result'),
    });
  });
});
