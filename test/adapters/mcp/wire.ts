import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import type { EngineSource } from '../../../src/adapters/mcp/engine.js';
import { serveMcp, type Serving } from '../../../src/adapters/mcp/serve.js';
import type { Logger } from '../../../src/ports/logger.js';

export type Message = Record<string, unknown> & {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: unknown };
};

export interface Wire {
  readonly serving: Serving;
  /** Everything the server wrote, in order. */
  readonly received: Message[];
  /** What the server logged. */
  readonly logged: { level: string; message: string; fields?: unknown }[];
  readonly send: (message: Message) => void;
  /** Sends a request and resolves with its answer. */
  readonly ask: (method: string, params?: Record<string, unknown>) => Promise<Message>;
  readonly notify: (method: string, params?: Record<string, unknown>) => void;
  /** Resolves with the first message, past or future, that fits. */
  readonly until: (fits: (message: Message) => boolean) => Promise<Message>;
  /** Ends the client's side. */
  readonly hangUp: () => Promise<void>;
}

export interface WireOptions {
  /** What the client says that it can do. */
  readonly capabilities?: Record<string, unknown>;
  readonly clientInfo?: { readonly name: string; readonly version: string };
  readonly legacyAnswerWithinMs?: number;
}

/** A server on a pair of streams and a client that speaks raw JSON-RPC to it, in the manner of one era. */
export async function wire(
  engine: EngineSource,
  era: 'legacy' | 'modern',
  { capabilities = {}, clientInfo = { name: 'test', version: '1' }, ...limits }: WireOptions = {},
): Promise<Wire> {
  const modernMeta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  const [input, output] = [new PassThrough(), new PassThrough()];
  const received: Message[] = [];
  const logged: Wire['logged'] = [];
  const waiting: { fits: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  createInterface({ input: output }).on('line', (line) => {
    const message = JSON.parse(line) as Message;
    received.push(message);
    for (const each of waiting.splice(0)) {
      if (each.fits(message)) each.resolve(message);
      else waiting.push(each);
    }
  });
  const log: Logger = { log: (level, message, fields) => void logged.push({ level, message, fields }) };
  const serving = serveMcp({ version: '1.2.3', engine, log, input, output, watchIntervalMs: 20, ...limits });
  let lastId = 0;
  const send = (message: Message): void => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const until: Wire['until'] = (fits) => {
    const past = received.find(fits);
    return past === undefined ? new Promise((resolve) => waiting.push({ fits, resolve })) : Promise.resolve(past);
  };
  const paramsOf = (params: Record<string, unknown>): Record<string, unknown> =>
    era === 'legacy' ? params : { ...params, _meta: { ...modernMeta, ...(params['_meta'] as object | undefined) } };
  const ask: Wire['ask'] = (method, params = {}) => {
    const id = (lastId += 1);
    send({ id, method, params: paramsOf(params) });
    return until((message) => message.id === id && message.method === undefined);
  };
  const notify: Wire['notify'] = (method, params = {}) => send({ method, params: paramsOf(params) });
  if (era === 'legacy') {
    await ask('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo });
    notify('notifications/initialized');
  } else await ask('server/discover');
  const hangUp = async (): Promise<void> => {
    input.end();
    await serving.closed;
  };
  return { serving, received, logged, send, ask, notify, until, hangUp };
}
