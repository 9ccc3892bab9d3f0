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
import { pieceFromLine } from './pieces.js';
import { requests, type Request } from './request.js';

/** How recorded requests are found again. */
interface Recorded {
  answer(request: Request, signal: AbortSignal): Promise<unknown>;
  /** Hands over what came piece by piece, then answers. */
  play(request: Request, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<unknown>;
}

/** The container engine of a `MockDevice`. */
export class MockDocker implements Docker {
  readonly #recorded: Recorded;

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  async ask<T>(question: DockerQuestion<T>, signal: AbortSignal): Promise<T | undefined> {
    const found = (await this.#recorded.answer(requests.dockerAsk(question), signal)) as { readonly is?: unknown };
    return 'is' in found ? question.parse(found.is) : undefined;
  }

  async follow(
    stream: DockerStream,
    onPiece: (piece: DockerPiece) => 'more' | 'enough',
    signal: AbortSignal,
  ): Promise<void> {
    await this.#recorded.play(requests.dockerFollow(stream), (line) => onPiece(pieceFromLine(line)), signal);
  }

  send(request: DockerRequest, signal: AbortSignal): Promise<unknown> {
    return this.#recorded.answer(requests.dockerSend(request), signal);
  }

  async exec(
    exec: DockerExec,
    signal: AbortSignal,
    onOutput?: (piece: DockerPiece) => void,
  ): Promise<DockerExecResult> {
    const hear = (line: string): 'more' => {
      onOutput?.(pieceFromLine(line));
      return 'more';
    };
    return (await this.#recorded.play(requests.dockerExec(exec), hear, signal)) as DockerExecResult;
  }

  /** Layers are not in a transcript: nothing but that they were copied. */
  async *save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    await this.#recorded.answer(requests.of('docker.save', image), signal);
    yield new Uint8Array();
  }

  async load(load: DockerLoad, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const _piece of content);
    await this.#recorded.answer(requests.dockerLoad(load), signal);
  }
}
