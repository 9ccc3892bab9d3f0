import { once } from 'node:events';
import { type Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { Json } from '../../core/docker/request.js';

interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: Json | undefined;
  /** A tar, instead of a body. */
  readonly file?: Readable;
}

/** HTTP to an engine. Redirections are answers like any other: where one leads is the device's choice. */
export class EngineHttp {
  readonly #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** A GET; resolves when the head of its answer has come. */
  get(path: string, query: Asked['query'], signal: AbortSignal): Promise<IncomingMessage> {
    return this.request({ method: 'GET', path, query }, signal);
  }

  /** Sends one request; resolves when the head of its answer has come. */
  async request(asked: Asked, signal: AbortSignal): Promise<IncomingMessage> {
    const [response] = (await settled(this.#send(asked, {}, signal), 'response')) as [IncomingMessage];
    return response;
  }

  /** Asks for the connection itself; the head of an answer is a refusal, or comes from an engine that does not hand it over. */
  async hijack(asked: Asked, signal: AbortSignal): Promise<IncomingMessage | Duplex> {
    const request = this.#send(asked, { connection: 'Upgrade', upgrade: 'tcp' }, signal);
    const upgraded = new Promise<Duplex>((resolve) => {
      request.once('upgrade', (_head, socket, first) => {
        if (first.length > 0) socket.unshift(first);
        resolve(socket);
      });
    });
    const answered = settled(request, 'response').then(([response]) => response as IncomingMessage);
    return Promise.race([upgraded, answered]);
  }

  #send(asked: Asked, upgrade: Readonly<Record<string, string>>, signal: AbortSignal): ClientRequest {
    const { method, query = {}, body, file } = asked;
    const words = new URLSearchParams(query).toString();
    const path = words === '' ? asked.path : `${asked.path}?${words}`;
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...upgrade,
      ...(content && { 'content-type': 'application/json', 'content-length': String(content.length) }),
      ...(file && { 'content-type': 'application/x-tar' }),
    };
    const request = httpRequest({ agent: this.#agent, host: 'docker', method, path, headers, signal });
    if (file === undefined) request.end(content);
    else file.on('error', (error) => request.destroy(error)).pipe(request);
    return request;
  }
}

async function settled(request: ClientRequest, event: 'response'): Promise<unknown[]> {
  try {
    return (await once(request, event)) as unknown[];
  } finally {
    // What breaks from here on shows at the answer.
    request.on('error', () => undefined);
  }
}
