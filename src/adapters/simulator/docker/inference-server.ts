import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { BoardSpec } from '../boards/board-spec.js';
import { hasGpu, servedModel, type SimContainer } from './sim-container.js';
import { hexOf } from './sim-image.js';
import { weightBytes } from './sim-models.js';

/** How fast a board is at text, tokens a second. */
export interface Pace {
  readonly prefill: number;
  readonly decode: number;
}

/** By its memory's clock and the size that the model's name tells: not a measurement, but of the right order. */
export function paceOf({ emc, ramMB, soc }: BoardSpec, model: string): Pace {
  const busBytes = ramMB > 20_000 ? 32 : soc === 'tegra210' ? 8 : 16;
  const decode = (emc.maxHz * 2 * busBytes * 0.55) / weightBytes(model);
  return { prefill: decode * 22, decode };
}

const words = 'the board answers with words that mean nothing and are always the same'.split(' ');
const tokenText = (i: number): string => `${words[i % words.length] ?? ''} `;
/** About four characters a token, as English has. */
const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4));

interface Wanted {
  readonly prompt: string;
  readonly tokens: number;
  readonly stream: boolean;
  readonly usage: boolean;
}

/** The HTTP of the engine in one simulated container. */
export class InferenceServer {
  readonly #server: Server;
  readonly #container: SimContainer;
  readonly #pace: Pace;
  readonly #model: string;
  #busy = 0;
  #promptTokens = 0;
  #generated = 0;

  constructor(container: SimContainer, spec: BoardSpec) {
    this.#container = container;
    this.#model = servedModel(container);
    this.#pace = paceOf(spec, container.words.labels['jetfleet.model'] ?? this.#model);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Serves one stream for as long as it is open. */
  serve(stream: Duplex): void {
    stream.on('error', () => undefined);
    this.#server.emit('connection', stream);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const known = request.method === 'GET' ? this.#get(path) : undefined;
    if (known !== undefined) {
      const isText = typeof known === 'string';
      response.writeHead(200, { 'Content-Type': isText ? 'text/plain' : 'application/json' });
      response.end(isText ? known : JSON.stringify(known));
      return;
    }
    const isOllama = this.#container.image.serves === 'ollama';
    const generates = isOllama ? /^\/api\/(?:chat|generate)$/ : /^\/v1\/(?:chat\/)?completions$/;
    if (request.method === 'POST' && generates.test(path)) {
      let text = '';
      for await (const piece of request) text += String(piece);
      const wanted = wantedOf(JSON.parse(text) as Readonly<Record<string, unknown>>);
      this.#busy++;
      try {
        if (isOllama) await this.#ollama(wanted, response);
        else await this.#openai(wanted, response, path.includes('/chat/'));
      } finally {
        this.#busy--;
      }
      return;
    }
    response
      .writeHead(404, { 'Content-Type': 'application/json' })
      .end('{"error":{"code":404,"message":"File Not Found"}}');
  }

  #get(path: string): object | string | undefined {
    const { serves } = this.#container.image;
    const slots = this.#slots();
    if (serves === 'ollama') {
      const { loaded } = this.#container;
      const size = weightBytes(loaded ?? '');
      const models = loaded === undefined ? [] : [{ name: loaded, model: loaded, size, digest: hexOf(loaded, 64) }];
      if (path === '/api/version') return { version: '0.23.0' };
      if (path === '/api/tags') return { models };
      if (path === '/api/ps') return { models: models.map((each) => ({ ...each, ...this.#inMemory(size) })) };
      return undefined;
    }
    if (path === '/health') return serves === 'llama.cpp' ? { status: 'ok' } : '';
    if (path === '/v1/models')
      return { object: 'list', data: [{ id: this.#model, object: 'model', max_model_len: this.#context() }] };
    if (path === '/metrics') return this.#metrics();
    if (serves !== 'llama.cpp') return undefined;
    const settings = { n_ctx: this.#context() };
    if (path === '/props')
      return {
        total_slots: slots,
        model_alias: this.#model,
        build_info: 'b9016-simulated',
        default_generation_settings: settings,
      };
    if (path === '/slots')
      return Array.from({ length: slots }, (_, id) => ({ id, n_ctx: this.#context(), is_processing: id < this.#busy }));
    return undefined;
  }

  #inMemory(size: number): object {
    return { size_vram: hasGpu(this.#container) ? size : 0, context_length: this.#context() };
  }

  #metrics(): string {
    const seconds = this.#generated / this.#pace.decode;
    const name = this.#container.image.serves === 'llama.cpp' ? 'llamacpp' : 'vllm';
    const counters =
      name === 'llamacpp'
        ? {
            prompt_tokens_total: this.#promptTokens,
            prompt_seconds_total: this.#promptTokens / this.#pace.prefill,
            tokens_predicted_total: this.#generated,
            tokens_predicted_seconds_total: seconds,
            requests_processing: this.#busy,
          }
        : {
            prompt_tokens_total: this.#promptTokens,
            generation_tokens_total: this.#generated,
            num_requests_running: this.#busy,
          };
    return Object.entries(counters)
      .map(([key, value]) => `${name}:${key} ${value}\n`)
      .join('');
  }

  async #openai({ prompt, tokens, stream, usage }: Wanted, response: ServerResponse, chat: boolean): Promise<void> {
    const promptTokens = tokensOf(prompt);
    response.writeHead(200, { 'Content-Type': stream ? 'text/event-stream' : 'application/json' });
    const event = (value: unknown): void => void response.write(`data: ${JSON.stringify(value)}\n\n`);
    const choice = (text: string, end: boolean): object => ({
      index: 0,
      finish_reason: end ? 'length' : null,
      ...(chat ? { delta: { content: text } } : { text }),
    });
    const about = { id: 'simulated', model: this.#model, object: 'chat.completion.chunk' };
    const end = await this.#generate(promptTokens, tokens, (i) => {
      if (stream) event({ ...about, choices: [choice(tokenText(i), false)] });
    });
    const counted = { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
    const timings = this.#container.image.serves === 'llama.cpp' ? { timings: end } : {};
    if (!stream) {
      const text = Array.from({ length: tokens }, (_, i) => tokenText(i)).join('');
      const message = chat ? { message: { role: 'assistant', content: text } } : { text };
      response.end(
        JSON.stringify({
          ...about,
          choices: [{ index: 0, finish_reason: 'length', ...message }],
          usage: counted,
          ...timings,
        }),
      );
      return;
    }
    event({ ...about, choices: [choice('', true)], ...timings });
    if (usage) event({ ...about, choices: [], usage: counted, ...timings });
    response.end('data: [DONE]\n\n');
  }

  async #ollama({ prompt, tokens, stream }: Wanted, response: ServerResponse): Promise<void> {
    const promptTokens = tokensOf(prompt);
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    const { prompt_ms, predicted_ms } = await this.#generate(promptTokens, tokens, (i) => {
      const message = { role: 'assistant', content: tokenText(i) };
      if (stream)
        response.write(`${JSON.stringify({ model: this.#model, message, response: tokenText(i), done: false })}\n`);
    });
    const figures = {
      load_duration: 5_000_000,
      prompt_eval_count: promptTokens,
      prompt_eval_duration: Math.round(prompt_ms * 1e6),
      eval_count: tokens,
      eval_duration: Math.round(predicted_ms * 1e6),
    };
    response.end(
      `${JSON.stringify({ model: this.#model, message: { role: 'assistant', content: '' }, response: '', done: true, ...figures })}\n`,
    );
  }

  /** Lets the time of prefill pass, then that of each token. */
  async #generate(promptTokens: number, tokens: number, onToken: (index: number) => void) {
    const { prefill, decode } = this.#pace;
    const beganMs = performance.now();
    const prompt_ms = (promptTokens / prefill) * 1000;
    for (let i = 0; i < tokens; i++) {
      const dueMs = beganMs + prompt_ms + ((i + 1) / decode) * 1000;
      const leftMs = dueMs - performance.now();
      // Timers are as fine as a millisecond; what is late is caught up with.
      if (leftMs >= 1) await wait(leftMs);
      if (this.#container.state !== 'running') throw new Error('the container has ended');
      onToken(i);
    }
    this.#promptTokens += promptTokens;
    this.#generated += tokens;
    const predicted_ms = (tokens / decode) * 1000;
    return {
      cache_n: 0,
      prompt_n: promptTokens,
      prompt_ms,
      prompt_per_second: prefill,
      predicted_n: tokens,
      predicted_ms,
      predicted_per_second: decode,
    };
  }

  #context(): number {
    return Number(this.#container.words.labels['jetfleet.context'] ?? 8192);
  }

  #slots(): number {
    return Number(this.#container.words.labels['jetfleet.slots'] ?? 1);
  }
}

function wantedOf(body: Readonly<Record<string, unknown>>): Wanted {
  const { prompt, messages, max_tokens: most, options, stream, stream_options: more } = body;
  const said = Array.isArray(messages)
    ? (messages as readonly { readonly content?: unknown }[]).map(({ content }) => String(content)).join('\n')
    : typeof prompt === 'string'
      ? prompt
      : '';
  const predicted = (options as { readonly num_predict?: unknown } | undefined)?.num_predict;
  const tokens = Math.min(4096, Math.max(1, Number(most ?? predicted ?? 32)));
  // Ollama streams unless it is told not to.
  return {
    prompt: said,
    tokens,
    stream: stream === true || (stream === undefined && options !== undefined),
    usage: more !== undefined,
  };
}
