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
import { mapStrings } from './map-strings.js';
import type { Noting } from './noting.js';
import { piecesToLines } from './pieces.js';
import { requests } from './request.js';

/** The container engine of a `RecordingDevice`. */
export class RecordingDocker implements Docker {
  readonly #docker: Docker;
  readonly #noting: Noting;

  constructor(docker: Docker, noting: Noting) {
    this.#docker = docker;
    this.#noting = noting;
  }

  async ask<T>(question: DockerQuestion<T>, signal: AbortSignal): Promise<T | undefined> {
    const request = requests.dockerAsk(question);
    const seen = { answer: false };
    const parse = (answer: unknown): T => {
      seen.answer = true;
      this.#noting.note(request, { answer: { is: mapStrings(answer, this.#noting.clean) } });
      return question.parse(answer);
    };
    try {
      const found = await this.#docker.ask({ ...question, parse }, signal);
      if (!seen.answer) this.#noting.note(request, { answer: {} });
      return found;
    } catch (error) {
      // What a parser throws it throws again when it is handed the same answer.
      if (!seen.answer) this.#noting.ended(request, error, signal);
      throw error;
    }
  }

  follow(stream: DockerStream, onPiece: (piece: DockerPiece) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    const pieces: DockerPiece[] = [];
    const keep = (piece: DockerPiece): 'more' | 'enough' => {
      pieces.push(piece);
      return onPiece(piece);
    };
    return this.#noting.noted(requests.dockerFollow(stream), signal, () => this.#docker.follow(stream, keep, signal), {
      toJson: () => undefined,
      lines: () => piecesToLines(pieces, this.#noting.clean),
    });
  }

  send(request: DockerRequest, signal: AbortSignal): Promise<unknown> {
    return this.#noting.noted(requests.dockerSend(request), signal, () => this.#docker.send(request, signal));
  }

  exec(exec: DockerExec, signal: AbortSignal, onOutput?: (piece: DockerPiece) => void): Promise<DockerExecResult> {
    const pieces: DockerPiece[] = [];
    const keep = (piece: DockerPiece): void => {
      pieces.push(piece);
      onOutput?.(piece);
    };
    return this.#noting.noted(requests.dockerExec(exec), signal, () => this.#docker.exec(exec, signal, keep), {
      lines: () => piecesToLines(pieces, this.#noting.clean),
    });
  }

  /** That an image was copied is written down, and not its layers. */
  async *save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const request = requests.of('docker.save', image);
    try {
      yield* this.#docker.save(image, signal);
    } catch (error) {
      this.#noting.ended(request, error, signal);
      throw error;
    }
    this.#noting.note(request, { answer: null });
  }

  load(load: DockerLoad, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    return this.#noting.noted(requests.dockerLoad(load), signal, () => this.#docker.load(load, content, signal), {
      toJson: () => null,
    });
  }
}
