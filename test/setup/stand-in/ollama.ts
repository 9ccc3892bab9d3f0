import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Exchange, Routes, Sent } from './web.js';
import type { Asked, Done, Work } from './work.js';

interface Chat {
  readonly model: string;
  readonly messages?: readonly { readonly content: string }[];
  readonly prompt?: string;
  readonly stream?: boolean;
  readonly options?: { readonly num_predict?: number; readonly seed?: number };
}

const bytes = 397_821_319;
const digest = 'ac3d1ba8aa77755dab3806d9024e9c385ea0d5b412d6bdf9157f8a4a7e9fc0d9';
const ns = (ms: number): number => Math.round(ms * 1e6);

/** Ollama as it was recorded (corpus: ollama-api). Its models are files of a folder; one is in memory once it was asked for. */
export function ollama(work: Work, { folder, context }: { folder: string; context: number }): Routes {
  mkdirSync(folder, { recursive: true });
  let loaded: string | undefined;
  const fileOf = (model: string): string => join(folder, model.replaceAll('/', '--'));
  const has = (model: string): boolean => existsSync(fileOf(model));
  const details = {
    parent_model: '',
    format: 'gguf',
    family: 'llama',
    families: ['llama'],
    parameter_size: '494.03M',
    quantization_level: 'Q4_K_M',
  };
  const row = (name: string): object => ({
    name,
    model: name,
    size: bytes,
    digest,
    details,
    modified_at: '2026-11-20T07:00:00Z',
  });
  const missing = (exchange: Exchange, model: string): Sent =>
    exchange.send(404, { error: `model '${model}' not found` });

  const answer = async (exchange: Exchange, kind: 'chat' | 'generate'): Promise<Sent> => {
    const { model, messages, prompt = '', stream = true, options = {} } = exchange.body as Chat;
    if (!has(model)) return missing(exchange, model);
    const since = performance.now();
    loaded = model;
    const said = (text: string): object =>
      kind === 'chat' ? { message: { role: 'assistant', content: text } } : { response: text };
    const head = (): object => ({ model, created_at: new Date().toISOString() });
    const asked: Asked = {
      prompt: messages?.map(({ content }) => content).join(' ') ?? prompt,
      maxTokens: options.num_predict ?? 128,
      seed: options.seed ?? 0,
      ignoreEnd: options.num_predict !== undefined,
    };
    if (asked.prompt === '') return exchange.send(200, { ...head(), ...said(''), done: true, done_reason: 'load' });
    const end = ({ promptTokens, promptMs, tokens, decodeMs }: Done): object => ({
      done: true,
      done_reason: 'length',
      ...(kind === 'generate' && { context: [1, 2, 3] }),
      total_duration: ns(performance.now() - since),
      load_duration: ns(5),
      prompt_eval_count: promptTokens,
      prompt_eval_duration: ns(promptMs),
      eval_count: tokens,
      eval_duration: ns(decodeMs),
    });
    const line = (fields: object): void =>
      exchange.write('application/x-ndjson', `${JSON.stringify({ ...head(), ...fields })}\n`);
    let whole = '';
    const onToken = (text: string): void => {
      if (stream) line({ ...said(text), done: false });
      else whole += text;
    };
    const done = await work.answer(asked, onToken, exchange.gone);
    line({ ...said(whole), ...end(done) });
    return exchange.end();
  };

  return {
    'GET /api/version': ({ send }) => send(200, { version: '0.12.6' }),
    'GET /api/tags': ({ send }) =>
      send(200, { models: readdirSync(folder).map((name) => row(name.replaceAll('--', '/'))) }),
    'GET /api/ps': ({ send }) => {
      const until = new Date(Date.now() + 3_600_000).toISOString();
      const more = { expires_at: until, size_vram: bytes, context_length: context };
      return send(200, { models: loaded === undefined ? [] : [{ ...row(loaded), ...more }] });
    },
    'POST /api/show': (exchange) => {
      const { model } = exchange.body as Chat;
      return has(model) ? exchange.send(200, { details }) : missing(exchange, model);
    },
    'POST /api/pull': ({ body, send }) => {
      writeFileSync(fileOf((body as Chat).model), '');
      return send(200, { status: 'success' });
    },
    'POST /api/chat': (exchange) => answer(exchange, 'chat'),
    'POST /api/generate': (exchange) => answer(exchange, 'generate'),
  };
}

const calls: Readonly<Record<string, readonly [method: string, path: string]>> = {
  list: ['GET', '/api/tags'],
  show: ['POST', '/api/show'],
  pull: ['POST', '/api/pull'],
  run: ['POST', '/api/generate'],
};

/** Ollama's command line: a client of its server. Resolves to its exit status. */
export function ollamaClient(port: number, [word = '', model = '']: readonly string[]): Promise<number> {
  const [method, path] = calls[word] ?? ['GET', '/unknown'];
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200 ? 0 : 1));
    });
    sent.on('error', () => resolve(1));
    sent.end(method === 'GET' ? undefined : JSON.stringify({ model, prompt: '', stream: false }));
  });
}
