import { describe, expect, it } from '@jest/globals';
import { answerPiece } from '../../../../src/core/ai/http/answer-pieces.js';
import { completionRequest } from '../../../../src/core/ai/http/completion-request.js';
import { engineMetrics } from '../../../../src/core/ai/http/engine-metrics.js';
import { EventLines } from '../../../../src/core/ai/http/event-lines.js';
import { decodeRate, prefillRate } from '../../../../src/core/ai/http/figures.js';
import { llamaHealth, llamaProps, llamaSlots } from '../../../../src/core/ai/http/llama-server.js';
import { ollamaFigures, ollamaLoaded } from '../../../../src/core/ai/http/ollama.js';
import { servedModels } from '../../../../src/core/ai/http/openai.js';
import { prometheusSamples, sumOf } from '../../../../src/core/ai/http/prometheus.js';
import { isInferencePath } from '../../../../src/core/ai/inference-paths.js';

describe('a streamed answer', () => {
  it('comes in pieces cut anywhere', () => {
    const stream =
      'data: {"choices":[{"delta":{"role":"assistant"}}]}\r\n\r\ndata: {"choices":[{"delta":{"content":"Hi"}}]}\n\n: ping\n\n' +
      'data: {"choices":[{"delta":{},"finish_reason":"length"}]}\n\n' +
      'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}\n\ndata: [DONE]\n\n';
    for (const size of [1, 2, 7, stream.length]) {
      const events = new EventLines();
      const found: string[] = [];
      for (let at = 0; at < stream.length; at += size) found.push(...events.take(stream.slice(at, at + size)));
      found.push(...events.end());
      const pieces = found.map((event) => answerPiece('openai', event));
      expect(pieces.map((piece) => piece?.text)).toEqual(['', 'Hi', '', '']);
      expect(pieces.map((piece) => piece?.done)).toEqual([false, false, true, false]);
      expect(pieces.at(-1)?.figures).toEqual({ promptTokens: 7, generatedTokens: 2 });
    }
  });

  it('of Ollama has a JSON value a line, the last with its durations', () => {
    const events = new EventLines();
    const lines = [
      ...events.take('{"message":{"content":"a","thinking":"b"},"done":false}\n{"message":{"content":""},"done":true,'),
      ...events.take('"load_duration":2000000000,"eval_count":10,"eval_duration":500000000}'),
      ...events.end(),
    ].map((line) => answerPiece('ollama', line));
    expect(lines).toEqual([
      { text: 'ba', done: false },
      { text: '', done: true, figures: { generatedTokens: 10, generatedSeconds: 0.5, loadSeconds: 2 } },
    ]);
    expect(decodeRate(lines[1]?.figures ?? {})).toBe(20);
  });

  it("may be an error instead, in the engine's words", () => {
    expect(answerPiece('openai', '{"error":{"message":"context too long","code":400}}')).toMatchObject({
      done: true,
      error: 'context too long',
    });
    expect(answerPiece('ollama', '{"error":"model not found"}')).toMatchObject({ error: 'model not found' });
  });

  it('forgets a line that has no end', () => {
    const events = new EventLines();
    expect(events.take(`data: ${'x'.repeat(3_000_000)}`)).toEqual([]);
    expect(events.take('\ndata: {"a":1}\n')).toEqual(['{"a":1}']);
  });

  it.each(['', 'null', '[]', '{}', '{"choices":"x"}', '{"done":"yes"}', 'data', '{"choices":[]}'])(
    'is not made of %j',
    (event) => {
      expect(answerPiece('openai', event)).toBeUndefined();
      expect(answerPiece('ollama', event)).toBeUndefined();
    },
  );
});

describe('figures', () => {
  it('leave out of the prefill what came from the cache, and divide by nothing', () => {
    expect(prefillRate({ promptTokens: 100, cachedTokens: 60, promptSeconds: 2 })).toBe(20);
    expect(prefillRate({ promptTokens: 100, promptSeconds: 0 })).toBeUndefined();
    expect(decodeRate({})).toBeUndefined();
    expect(ollamaFigures({ done: false, eval_count: 3 })).toBeUndefined();
  });

  it('count drafted tokens and cached ones by their own', () => {
    const event = JSON.stringify({
      choices: [{ finish_reason: 'stop', delta: {} }],
      usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
      timings: {
        cache_n: 5,
        prompt_n: 4,
        prompt_ms: 8,
        predicted_n: 4,
        predicted_ms: 100,
        draft_n: 3,
        draft_n_accepted: 2,
      },
    });
    expect(answerPiece('llama-server', event)?.figures).toEqual({
      promptTokens: 9,
      cachedTokens: 5,
      promptSeconds: 0.008,
      generatedTokens: 4,
      generatedSeconds: 0.1,
      draftedTokens: 3,
      acceptedTokens: 2,
    });
  });
});

describe('/metrics', () => {
  it.each([
    [
      'vllm:num_requests_running{engine="0",model_name="a"} 1.0\nvllm:num_requests_running{engine="1",model_name="a"} 2.0\n' +
        'vllm:gpu_cache_usage_perc{model_name="a"} 0.25\nvllm:generation_tokens_total{model_name="a}b"} 12.0\n',
      { running: 3, cacheUsed: 0.25, generatedTokens: 12 },
    ],
    ['sglang:num_running_reqs{x="1"} 4\nsglang:token_usage 0.5\n', { running: 4, cacheUsed: 0.5 }],
    [
      '[{"iter":1,"numActiveRequests":1},{"iter":2,"numActiveRequests":2,"numQueuedRequests":1,"gpuMemUsage":5,"kvCacheStats":{"usedNumBlocks":1,"maxNumBlocks":4}}]',
      { running: 2, waiting: 1, gpuBytes: 5, cacheUsed: 0.25 },
    ],
    ['llamacpp:predicted_tokens_seconds nan\nllamacpp:requests_processing NaN\n', undefined],
    ['<html>', undefined],
    ['', undefined],
    ['[]', {}],
  ])('%j', (text, expected) => expect(engineMetrics(text)).toEqual(expected));

  it('takes the newer name where both are there', () =>
    expect(sumOf(prometheusSamples('a 1\nb{x="y"} 2 1700000000\n'), 'b', 'a')).toBe(2));
});

describe('the state of an engine', () => {
  it.each([
    [200, '', 'ok'],
    [503, '{"error":{"message":"Loading model"}}', 'loading'],
    [503, '{"error":{"message":"broken"}}', 'error'],
    [500, '', 'error'],
  ] as const)('/health %i %s', (status, body, expected) => expect(llamaHealth(status, body)).toBe(expected));

  it('has its model, cleaned', () => {
    expect(servedModels('{"data":[{"id":"a\\u0007b","max_model_len":4096},{"id":"c","max_model_len":null}]}')).toEqual([
      { id: 'ab', context: 4096 },
      { id: 'c' },
    ]);
    expect(
      llamaProps('{"total_slots":2,"model_path":"/models/a.gguf","default_generation_settings":{"n_ctx":4096}}'),
    ).toEqual({
      slots: 2,
      context: 4096,
      model: '/models/a.gguf',
    });
    expect(ollamaLoaded('{"models":[{"name":"a","size":10,"size_vram":4,"digest":"rm -rf /"}]}')).toEqual([
      { name: 'a', sizeBytes: 10, gpuBytes: 4 },
    ]);
  });

  it.each(['', '{}', '[1]', '{"data":1}'])('is not read from %j', (body) => {
    expect(llamaSlots(body)).toBeUndefined();
    expect(servedModels(body)).toBeUndefined();
    expect(ollamaLoaded(body)).toBeUndefined();
  });
});

it.each(['llama-server', 'ollama', 'openai'] as const)('asks %s on a path that only asks', (api) => {
  const { method, path, body } = completionRequest(api, {
    model: 'm',
    prompt: 'p',
    maxTokens: 4,
    seed: 1,
    stream: true,
  });
  expect(isInferencePath(method, path)).toBe(true);
  expect(JSON.stringify(body)).toContain('"p"');
});
