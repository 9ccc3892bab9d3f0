import type { Exchange, Routes, Sent } from './web.js';
import type { Asked, Done, Work } from './work.js';

/** A request of `/v1/chat/completions`, as far as the stand-in looks at it. */
interface Chat {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens?: number;
  readonly seed?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly ignore_eos?: boolean;
}

/** In what the servers of OpenAI's API differ. */
export interface Dialect {
  readonly model: string;
  /** More fields of the last event. */
  readonly ending?: (done: Done) => object;
  /** Whether the last event has usage although nobody asked for it. */
  readonly usageAlways?: boolean;
  /** Fields that a request may have, where others are refused: TensorRT-LLM's schema forbids them. */
  readonly knows?: readonly string[];
}

const askedOf = ({ messages, max_tokens: maxTokens = 128, seed = 0, ignore_eos: ignoreEnd = false }: Chat): Asked => ({
  prompt: messages.map(({ content }) => content).join(' '),
  maxTokens,
  seed,
  ignoreEnd,
});

const usageOf = ({ promptTokens, tokens }: Done): object => ({
  completion_tokens: tokens,
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + tokens,
  prompt_tokens_details: { cached_tokens: 0 },
});

/** Answers a chat, streamed or whole. */
export async function chat(exchange: Exchange, work: Work, dialect: Dialect): Promise<Sent> {
  const asked = exchange.body as Chat;
  const unknown = dialect.knows && Object.keys(asked).find((key) => dialect.knows?.includes(key) === false);
  if (unknown !== undefined)
    return exchange.send(400, { object: 'error', message: `${unknown}: Extra inputs are not permitted`, code: 400 });
  if (asked.model !== dialect.model)
    return exchange.send(404, { error: { message: `The model \`${asked.model}\` does not exist.`, code: 404 } });
  const head = { id: 'chatcmpl-1', created: Math.floor(Date.now() / 1000), model: dialect.model };
  if (asked.stream !== true) {
    let content = '';
    const done = await work.answer(askedOf(asked), (text) => (content += text), exchange.gone);
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'length' }];
    const more = dialect.ending?.(done);
    return exchange.send(200, { ...head, object: 'chat.completion', choices, usage: usageOf(done), ...more });
  }
  const event = (fields: object): void =>
    exchange.write(
      'text/event-stream',
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`,
    );
  const choice = (delta: object, finish_reason: string | null = null): void =>
    event({ choices: [{ index: 0, delta, finish_reason }] });
  choice({ role: 'assistant', content: '' });
  const done = await work.answer(askedOf(asked), (content) => choice({ content }), exchange.gone);
  choice({}, 'length');
  if (dialect.usageAlways === true || asked.stream_options?.include_usage === true)
    event({ choices: [], usage: usageOf(done), ...dialect.ending?.(done) });
  exchange.write('text/event-stream', 'data: [DONE]\n\n');
  return exchange.end();
}

const card = (model: string, more: object): object => ({
  object: 'list',
  data: [{ id: model, object: 'model', created: 1_760_000_000, ...more }],
});

/** vLLM's server. */
export function vllm(work: Work, model: string, context: number): Routes {
  const labels = `{engine="0",model_name="${model}"}`;
  return {
    'GET /health': ({ send }) => send(200, ''),
    'GET /version': ({ send }) => send(200, { version: '0.11.0' }),
    'GET /v1/models': ({ send }) => send(200, card(model, { owned_by: 'vllm', root: model, max_model_len: context })),
    'GET /metrics': ({ send }) =>
      send(
        200,
        [
          '# HELP vllm:num_requests_running Number of requests in model execution batches.',
          '# TYPE vllm:num_requests_running gauge',
          `vllm:num_requests_running${labels} ${work.running}.0`,
          `vllm:num_requests_waiting${labels} 0.0`,
          `vllm:kv_cache_usage_perc${labels} 0.0`,
          `vllm:prompt_tokens_total${labels} ${work.totals.promptTokens}.0`,
          `vllm:generation_tokens_total${labels} ${work.totals.tokens}.0`,
          '',
        ].join('\n'),
      ),
    'POST /v1/chat/completions': (exchange) => chat(exchange, work, { model }),
  };
}

const trtllmKnows =
  'model messages max_tokens max_completion_tokens seed temperature top_p top_k stream stream_options ignore_eos stop n user';

/** trtllm-serve, whose `/metrics` are statistics of its last iterations. */
export function trtllm(work: Work, model: string): Routes {
  return {
    'GET /health': ({ send }) => send(200, ''),
    'GET /version': ({ send }) => send(200, { version: '1.1.0' }),
    'GET /v1/models': ({ send }) => send(200, card(model, { owned_by: 'tensorrt_llm' })),
    'GET /metrics': ({ send }) =>
      send(200, [
        {
          iter: work.totals.tokens,
          gpuMemUsage: 3_000_000_000,
          numActiveRequests: work.running,
          numQueuedRequests: 0,
          kvCacheStats: { maxNumBlocks: 100, usedNumBlocks: work.running, freeNumBlocks: 100 - work.running },
        },
      ]),
    'POST /v1/chat/completions': (exchange) => chat(exchange, work, { model, knows: trtllmKnows.split(' ') }),
  };
}
