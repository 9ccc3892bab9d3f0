import type {
  DockerExec,
  DockerExecResult,
  DockerLoad,
  DockerPiece,
  DockerQuestion,
  DockerRequest,
  DockerStream,
} from '../../src/core/docker/request.js';
import { abortFailure, Failure } from '../../src/core/errors.js';
import type { Docker } from '../../src/ports/docker.js';

/** What a fake engine knows. What it was not taught makes it throw, but for questions, of which it knows nothing (404). */
export interface FakeEngine {
  /** By path, with `?key=value&...` where a question has a query and that answer is to differ. A function is asked anew each time. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** By path: the pieces of a stream. A function gets its query. */
  readonly streams?: Readonly<
    Record<string, readonly DockerPiece[] | ((query: Readonly<Record<string, string>>) => readonly DockerPiece[])>
  >;
  /** By method and path, `POST /containers/web/stop`: its answer. A function gets the request. */
  readonly sends?: Readonly<Record<string, unknown>>;
  /** By container and argv, `web: ls -l`. */
  readonly execs?: Readonly<Record<string, Partial<DockerExecResult>>>;
  /** By image: its layers in a tar, in pieces. */
  readonly images?: Readonly<Record<string, readonly Uint8Array[]>>;
  /** Every method fails with this. */
  readonly failing?: Failure;
}

/** A container engine that answers from memory. `sent` says what was done to it. */
export class FakeDocker implements Docker {
  readonly sent: (DockerRequest | DockerExec | DockerLoad)[] = [];
  readonly loaded: Uint8Array[] = [];
  readonly #engine: () => FakeEngine;

  constructor(engine: () => FakeEngine) {
    this.#engine = engine;
  }

  async ask<T>(question: DockerQuestion<T>, signal: AbortSignal): Promise<T | undefined> {
    const { path, query } = question;
    await this.#begin(signal);
    const { answers = {} } = this.#engine();
    const words = new URLSearchParams(query).toString();
    const known = answers[`${path}?${words}`] ?? answers[path];
    const answer: unknown = typeof known === 'function' ? (known as (asked: unknown) => unknown)(query) : known;
    return answer === undefined ? undefined : question.parse(structuredClone(answer));
  }

  async follow(
    { path, query = {} }: DockerStream,
    onPiece: (piece: DockerPiece) => 'more' | 'enough',
    signal: AbortSignal,
  ): Promise<void> {
    await this.#begin(signal);
    const taught = this.#engine().streams?.[path];
    const pieces = typeof taught === 'function' ? taught(query) : taught;
    if (pieces === undefined) throw nothingSuch();
    for (const piece of pieces) {
      if (signal.aborted) throw abortFailure(signal);
      if (onPiece(piece) === 'enough') return;
      await Promise.resolve();
    }
  }

  async send(request: DockerRequest, signal: AbortSignal): Promise<unknown> {
    await this.#begin(signal);
    this.sent.push(request);
    const { sends = {} } = this.#engine();
    const key = `${request.docker} ${request.path}`;
    if (!Object.hasOwn(sends, key)) throw new Error(`The fake engine was not taught to ${key}`);
    const answer = sends[key];
    if (answer instanceof Failure) throw answer;
    return typeof answer === 'function' ? (answer as (sent: DockerRequest) => unknown)(request) : answer;
  }

  async exec(
    exec: DockerExec,
    signal: AbortSignal,
    onOutput?: (piece: DockerPiece) => void,
  ): Promise<DockerExecResult> {
    await this.#begin(signal);
    this.sent.push(exec);
    const key = `${exec.container}: ${exec.argv.join(' ')}`;
    const result = this.#engine().execs?.[key];
    if (result === undefined) throw new Error(`The fake engine was not taught to run ${key}`);
    if (result.stdout !== undefined) onOutput?.({ from: 'stdout', text: result.stdout });
    return { exitCode: 0, stdout: '', stderr: '', truncated: false, ...result };
  }

  async *save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    await this.#begin(signal);
    const pieces = this.#engine().images?.[image];
    if (pieces === undefined) throw nothingSuch();
    yield* pieces;
  }

  async load(load: DockerLoad, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    this.sent.push(load);
    for await (const piece of content) this.loaded.push(piece);
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (signal.aborted) throw abortFailure(signal);
    const { failing } = this.#engine();
    if (failing) throw failing;
  }
}

const nothingSuch = (): Failure => new Failure('invalid_input', 'The engine has no such thing.');
