import type {
  DockerExec,
  DockerExecResult,
  DockerLoad,
  DockerPiece,
  DockerQuestion,
  DockerRequest,
  DockerStream,
} from '../../core/docker/request.js';
import type { Docker } from '../../ports/docker.js';
import type { DockerHost, DockerOf } from '../../ports/docker-host.js';

/** An engine whose adapter is loaded when it is first asked something: the start-up path holds nothing of it. */
class LazyDocker implements Docker {
  readonly #host: DockerHost;
  #engine: Promise<Docker> | undefined;

  constructor(host: DockerHost) {
    this.#host = host;
  }

  async ask<T>(question: DockerQuestion<T>, signal: AbortSignal): Promise<T | undefined> {
    return (await this.#open()).ask(question, signal);
  }

  async follow(
    stream: DockerStream,
    onPiece: (piece: DockerPiece) => 'more' | 'enough',
    signal: AbortSignal,
  ): Promise<void> {
    return (await this.#open()).follow(stream, onPiece, signal);
  }

  async send(request: DockerRequest, signal: AbortSignal): Promise<unknown> {
    return (await this.#open()).send(request, signal);
  }

  async exec(
    exec: DockerExec,
    signal: AbortSignal,
    onOutput?: (piece: DockerPiece) => void,
  ): Promise<DockerExecResult> {
    return (await this.#open()).exec(exec, signal, onOutput);
  }

  async *save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    yield* (await this.#open()).save(image, signal);
  }

  async load(load: DockerLoad, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    return (await this.#open()).load(load, content, signal);
  }

  #open(): Promise<Docker> {
    return (this.#engine ??= import('./engine.js').then(({ DockerEngine }) => new DockerEngine(this.#host)));
  }
}

export const dockerOf: DockerOf = (host) => new LazyDocker(host);
