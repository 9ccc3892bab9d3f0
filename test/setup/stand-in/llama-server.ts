import { chat } from './openai.js';
import type { Routes } from './web.js';
import type { Done, Work } from './work.js';

const fingerprint = 'b9010-d05fe1d7d';

const timingsOf = ({ promptTokens, promptMs, tokens, decodeMs }: Done): object => ({
  cache_n: 0,
  prompt_n: promptTokens,
  prompt_ms: promptMs,
  prompt_per_token_ms: promptMs / promptTokens,
  prompt_per_second: (promptTokens * 1000) / promptMs,
  predicted_n: tokens,
  predicted_ms: decodeMs,
  predicted_per_token_ms: decodeMs / tokens,
  predicted_per_second: (tokens * 1000) / decodeMs,
});

/** llama-server as it was recorded (corpus: llama-server-http). `ready` says when its model is loaded. */
export function llamaServer(
  work: Work,
  { model, slots, context, ready }: { model: string; slots: number; context: number; ready: () => boolean },
): Routes {
  const loaded =
    (route: Routes[string]): Routes[string] =>
    (exchange) =>
      ready()
        ? route(exchange)
        : exchange.send(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } });
  const slot = (id: number): object => ({
    id,
    n_ctx: context,
    speculative: false,
    is_processing: id < work.running,
  });
  const ending = (done: Done): object => ({ system_fingerprint: fingerprint, timings: timingsOf(done) });
  const metrics = (): string => {
    const { promptTokens, promptMs, tokens, decodeMs } = work.totals;
    const rows: readonly [name: string, kind: string, value: number][] = [
      ['prompt_tokens_total', 'counter', promptTokens],
      ['prompt_seconds_total', 'counter', promptMs / 1000],
      ['tokens_predicted_total', 'counter', tokens],
      ['tokens_predicted_seconds_total', 'counter', decodeMs / 1000],
      ['n_decode_total', 'counter', tokens],
      ['n_busy_slots_per_decode', 'counter', tokens > 0 ? 1 : 0],
      ['prompt_tokens_seconds', 'gauge', promptMs > 0 ? (promptTokens * 1000) / promptMs : 0],
      ['predicted_tokens_seconds', 'gauge', decodeMs > 0 ? (tokens * 1000) / decodeMs : 0],
      ['kv_cache_usage_ratio', 'gauge', 0],
      ['requests_processing', 'gauge', work.running],
      ['requests_deferred', 'gauge', 0],
    ];
    return rows.map(([name, kind, value]) => `# TYPE llamacpp:${name} ${kind}\nllamacpp:${name} ${value}\n`).join('');
  };
  const models = {
    models: [{ name: model, model }],
    object: 'list',
    data: [{ id: model, object: 'model', created: 1_760_000_000, owned_by: 'llamacpp', meta: { n_ctx_train: 32_768 } }],
  };
  const props = {
    default_generation_settings: { id: 0, n_ctx: context },
    total_slots: slots,
    model_alias: model,
    build_info: fingerprint,
  };
  return {
    'GET /health': loaded(({ send }) => send(200, { status: 'ok' })),
    'GET /v1/models': loaded(({ send }) => send(200, models)),
    'GET /props': loaded(({ send }) => send(200, props)),
    'GET /slots': loaded(({ send }) =>
      send(
        200,
        Array.from({ length: slots }, (_, id) => slot(id)),
      ),
    ),
    'GET /metrics': loaded(({ send }) => send(200, metrics())),
    'POST /v1/chat/completions': loaded((exchange) => chat(exchange, work, { model, usageAlways: true, ending })),
  };
}
