import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { llamaServer } from './stand-in/llama-server.js';
import { ollama } from './stand-in/ollama.js';
import { trtllm } from './stand-in/openai.js';
import { gapsOf, rateOf } from './stand-in/pace.js';
import { serve } from './stand-in/web.js';
import { Work } from './stand-in/work.js';
import { corpusFolder, corpusMissing, describeWith } from './suite.js';

const pace = { prefillPerSecond: 10_000, decodePerSecond: 1000, seed: 7 };
const servers: Server[] = [];
const folder = mkdtempSync(join(tmpdir(), 'jetfleet-stand-in-'));
let ready = false;

/** Asks one of the servers, by its number. */
async function ask(server: number, path: string, body?: object): Promise<{ status: number; text: string }> {
  const { port } = servers[server]?.address() as AddressInfo;
  const post = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, post);
  return { status: response.status, text: await response.text() };
}
const jsonOf = async (...asked: Parameters<typeof ask>): Promise<unknown> =>
  JSON.parse((await ask(...asked)).text) as unknown;
const recorded = (path: string): string => readFileSync(join(corpusFolder, path), 'utf8');
/** Names and kinds of what a recording holds, its values apart. */
const shapeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)])))
    : Array.isArray(value)
      ? expect.any(Array)
      : expect.any((Object(value) as object).constructor);
const names = (metrics: string): string[] => [...metrics.matchAll(/^llamacpp:(\w+) /gm)].map(([, name]) => name ?? '');

beforeAll(async () => {
  const llama = { model: 'tiny', slots: 4, context: 8192, ready: () => ready };
  servers.push(
    await serve(llamaServer(new Work(pace), llama), 0, '127.0.0.1'),
    await serve(ollama(new Work(pace), { folder, context: 4096 }), 0, '127.0.0.1'),
    await serve(trtllm(new Work(pace), 'tiny'), 0, '127.0.0.1'),
  );
  await ask(1, '/api/pull', { model: 'tiny:1b' });
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

describe('the pace of the stand-in engine', () => {
  it('is what it was set to, and the same each time', () => {
    const gaps = gapsOf(pace, 42, 100, 3);
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeCloseTo((99 * 1000) / rateOf(pace, 3), 6);
    expect(new Set(gaps).size).toBeGreaterThan(90);
    expect(gapsOf(pace, 42, 100, 3)).toEqual(gaps);
    expect(gapsOf(pace, 43, 100, 3)).not.toEqual(gaps);
    expect(gapsOf({ ...pace, seed: 8 }, 42, 100, 3)).not.toEqual(gaps);
  });
});

describe('the stand-in of TensorRT-LLM', () => {
  it('refuses fields that its schema does not have', async () => {
    const asked = { model: 'tiny', messages: [{ content: 'a b c' }], max_tokens: 3 };
    expect(await ask(2, '/v1/chat/completions', { ...asked, cache_prompt: false })).toMatchObject({ status: 400 });
    expect(await jsonOf(2, '/v1/chat/completions', { ...asked, ignore_eos: true })).toMatchObject({
      choices: [{ message: { content: 'word word word' } }],
      usage: { prompt_tokens: 12, completion_tokens: 3 },
    });
  });
});

describeWith(corpusMissing, 'the stand-in engines speak as it was recorded', () => {
  it('of llama-server', async () => {
    const loading = { status: 503, text: recorded('llama-server-http/any-health-loading-1.json').trim() };
    expect(await ask(0, '/health')).toEqual(loading);
    ready = true;
    expect(await ask(0, '/health')).toEqual({
      status: 200,
      text: recorded('llama-server-http/any-health-ok-1.json').trim(),
    });
    const [slot] = JSON.parse(recorded('llama-server-http/any-slots-1.json')) as unknown[];
    expect(await jsonOf(0, '/slots')).toEqual(Array.from({ length: 4 }, () => shapeOf(slot)));
    const asked = { model: 'tiny', messages: [{ content: 'a b c' }], max_tokens: 5 };
    expect(await jsonOf(0, '/v1/chat/completions', asked)).toEqual(
      shapeOf(JSON.parse(recorded('llama-server-http/any-timings-b9010-1.json'))),
    );
    // The recording begins within the list.
    expect(names((await ask(0, '/metrics')).text)).toEqual(
      expect.arrayContaining(names(recorded('llama-server-http/any-metrics-2025-names-1.txt'))),
    );
  });

  it('of Ollama', async () => {
    const first = (path: string): unknown => (JSON.parse(recorded(path)) as { models: unknown[] }).models[0];
    expect(await jsonOf(1, '/api/tags')).toEqual({
      models: [shapeOf(first('ollama-api/any-docs-main-2026-08-2.json'))],
    });
    const asked = { model: 'tiny:1b', prompt: 'a b c', stream: false, options: { num_predict: 5 } };
    expect(await jsonOf(1, '/api/generate', asked)).toEqual(
      shapeOf(JSON.parse(recorded('ollama-api/any-docs-main-2026-08-1.json'))),
    );
    expect(await jsonOf(1, '/api/ps')).toEqual({ models: [shapeOf(first('ollama-api/any-docs-main-2026-08-3.json'))] });
  });
});
