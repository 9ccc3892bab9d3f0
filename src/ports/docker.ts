import type {
  DockerExec,
  DockerExecResult,
  DockerLoad,
  DockerPiece,
  DockerQuestion,
  DockerRequest,
  DockerStream,
} from '../core/docker/request.js';

/**
 * The Docker Engine of one device (Podman's API where there is no Docker), through the pooled link. Every method rejects with a
 * `Failure`: `unsupported` where there is no engine, `not_allowed` where the login user may not use it and cannot become root,
 * `unreachable` where its daemon is down, `command_failed` with the engine's reason in our words, each with what `docker_setup` would do.
 */
export interface Docker {
  /** One GET. `undefined` where the engine answers 404: it has no such thing. */
  ask<T>(question: DockerQuestion<T>, signal: AbortSignal): Promise<T | undefined>;

  /** Hands over each piece until `onPiece` answers `enough`, the stream ends or the signal aborts. */
  follow(stream: DockerStream, onPiece: (piece: DockerPiece) => 'more' | 'enough', signal: AbortSignal): Promise<void>;

  /** One request that changes something; its JSON answer. Not sent again where the link breaks. */
  send(request: DockerRequest, signal: AbortSignal): Promise<unknown>;

  /** Runs a program in a container to its end; `onOutput` hears its output as it comes. On abort the program is killed. */
  exec(exec: DockerExec, signal: AbortSignal, onOutput?: (piece: DockerPiece) => void): Promise<DockerExecResult>;

  /** An image as a tar of layers, for another engine to load. It only reads. */
  save(image: string, signal: AbortSignal): AsyncIterable<Uint8Array>;

  /** Loads such a tar. Rejects where the image that came out is not the one approved. */
  load(load: DockerLoad, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
}
