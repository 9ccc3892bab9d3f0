import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { abortFailure } from '../../../core/errors.js';
import type { LoopbackAnswer, LoopbackHttp, LoopbackRequest } from '../../../ports/loopback-http.js';
import { CappedBytes } from './capped-bytes.js';
import { codeOf, httpFailure, tokenRefused } from './http-failures.js';
import type { Sftp } from './sftp.js';
import type { Streams } from './streams.js';

const defaultMaxBytes = 4 * 1024 * 1024;
const maxTokenBytes = 16 * 1024;

type OnChunk = (text: string, atMs: number) => void;
type OnSocket = (error: Error | null, socket?: Duplex) => void;

/** Connections to the device's loopback ports, kept open between requests and for as long as the link lives. */
class StreamAgent extends Agent {
  readonly #open: (port: number) => Promise<Duplex>;

  constructor(open: (port: number) => Promise<Duplex>) {
    super({ keepAlive: true });
    this.#open = open;
  }

  override createConnection({ port }: { readonly port: number }, done: OnSocket): undefined {
    this.#open(port).then((stream) => done(null, stream), done);
  }

  /** What Node's own sockets would be told: keep-alive probes, and not to keep the program alive. */
  override keepSocketAlive(): boolean {
    return true;
  }
}

/** HTTP to what listens on the device's loopback address. */
export class LinkHttp implements LoopbackHttp {
  readonly #agent: Agent;
  readonly #sftp: Sftp;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(streams: Streams, sftp: Sftp) {
    // A connection is not the first request's alone, so its signal does not end it.
    this.#agent = new StreamAgent((port) => streams.open({ port }, new AbortController().signal));
    this.#sftp = sftp;
  }

  async request(request: LoopbackRequest, signal: AbortSignal, onChunk?: OnChunk): Promise<LoopbackAnswer> {
    const { tokenFile } = request;
    const token = tokenFile === undefined ? undefined : await this.#token(tokenFile, signal);
    const answer = await this.#send(request, token, signal, onChunk);
    // A service that was started anew may have a new one.
    if (tokenFile !== undefined && (answer.status === 401 || answer.status === 403)) this.#tokens.delete(tokenFile);
    return answer;
  }

  async #send(
    asked: LoopbackRequest,
    token: string | undefined,
    signal: AbortSignal,
    onChunk: OnChunk | undefined,
  ): Promise<LoopbackAnswer> {
    try {
      const response = await this.#respond(asked, token, signal);
      return await collect(response, asked.maxBytes ?? defaultMaxBytes, onChunk);
    } catch (error) {
      throw signal.aborted ? abortFailure(signal) : httpFailure(error, asked.port);
    }
  }

  async #respond(asked: LoopbackRequest, token: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const { port, method, path, body } = asked;
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(content && { 'content-type': 'application/json', 'content-length': String(content.length) }),
    };
    const request = httpRequest({ agent: this.#agent, host: '127.0.0.1', port, method, path, headers, signal });
    request.end(content);
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      request.on('error', () => undefined);
      return response;
    } catch (error) {
      request.on('error', () => undefined);
      // A kept connection that the service closed at that very moment: nothing of the request has been looked at.
      if (request.reusedSocket && codeOf(error) === 'ECONNRESET' && !signal.aborted)
        return this.#respond(asked, token, signal);
      throw error;
    }
  }

  #token(path: string, signal: AbortSignal): Promise<string> {
    const known = this.#tokens.get(path);
    if (known !== undefined) return known;
    const reading = this.#sftp.read(path, { offset: 0, maxBytes: maxTokenBytes }, signal).then((bytes) => {
      const token = Buffer.from(bytes).toString('latin1').trim();
      if (!/^[\x21-\x7e]+$/.test(token)) throw tokenRefused();
      return token;
    });
    this.#tokens.set(path, reading);
    reading.catch(() => this.#tokens.delete(path));
    return reading;
  }
}

function collect(response: IncomingMessage, maxBytes: number, onChunk: OnChunk | undefined): Promise<LoopbackAnswer> {
  const kept = new CappedBytes(maxBytes);
  const text = new StringDecoder('utf8');
  return new Promise((resolve, reject) => {
    const end = (): void => {
      const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
      const body = Buffer.from(kept.bytes()).toString('utf8');
      resolve({
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(headers),
        body,
        truncated: kept.truncated,
      });
    };
    // By events: when a chunk came is told before anything else is done.
    response.on('data', (chunk: Buffer) => {
      const atMs = performance.now();
      kept.add(chunk);
      const piece = onChunk === undefined ? '' : text.write(chunk);
      if (piece !== '') onChunk?.(piece, atMs);
      else if (onChunk === undefined && kept.truncated) {
        end();
        response.destroy();
      }
    });
    response.on('end', end);
    // Why its connection broke says more than that it did.
    response.on('error', (error) => reject(response.socket.errored ?? error));
  });
}
