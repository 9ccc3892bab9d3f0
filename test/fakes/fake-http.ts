import { abortFailure, Failure } from '../../src/core/errors.js';
import type { LoopbackAnswer, LoopbackHttp, LoopbackRequest } from '../../src/ports/loopback-http.js';

/** What listens on a fake board: by `GET 8080/health`, the answer or the pieces of its body. A function gets the request. */
export type FakePorts = Readonly<Record<string, FakeHttpAnswer | ((request: LoopbackRequest) => FakeHttpAnswer)>>;

export interface FakeHttpAnswer {
  readonly status?: number;
  readonly body: string | readonly string[];
}

/** HTTP that answers from memory. `requests` says what it was asked. */
export class FakeHttp implements LoopbackHttp {
  readonly requests: LoopbackRequest[] = [];
  readonly #ports: () => FakePorts;
  #atMs = 0;

  constructor(ports: () => FakePorts) {
    this.#ports = ports;
  }

  async request(
    request: LoopbackRequest,
    signal: AbortSignal,
    onChunk?: (text: string, atMs: number) => void,
  ): Promise<LoopbackAnswer> {
    await Promise.resolve();
    if (signal.aborted) throw abortFailure(signal);
    this.requests.push(request);
    const taught = this.#ports()[`${request.method} ${request.port}${request.path}`];
    if (taught === undefined) throw new Failure('unreachable', 'Nothing listens on this port of the device.');
    const { status = 200, body } = typeof taught === 'function' ? taught(request) : taught;
    const pieces = typeof body === 'string' ? [body] : body;
    for (const piece of pieces) onChunk?.(piece, (this.#atMs += 10));
    return { status, headers: {}, body: pieces.join(''), truncated: false };
  }
}
