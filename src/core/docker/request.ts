/** Plain data as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A GET of the Docker Engine API. Safe to repeat. */
export interface DockerQuestion<T> {
  /** For logs and recordings, `containers`. */
  readonly name: string;
  /** Without the API version, `/containers/json`. Names in it are percent-encoded by `enginePath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Reads the answer, which is not to be trusted. Throws for what is no such answer. */
  parse(answer: unknown): T;
}

/** A GET whose answer comes piece by piece: logs, events. */
export interface DockerStream {
  readonly name: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /**
   * `lines`: one JSON value a line. `output`: what a container wrote, in Docker's frames, or raw where the container has a terminal
   * (`tty`).
   */
  readonly as: 'lines' | 'output';
  readonly tty?: boolean;
}

/** A piece of such an answer: a line of JSON, or a line of a container's output without its end. */
export interface DockerPiece {
  readonly from: 'json' | 'stdout' | 'stderr';
  /** At most 64 KiB. */
  readonly text: string;
}

/** One request that changes something. What is approved is exactly this. */
export interface DockerRequest {
  readonly docker: 'POST' | 'DELETE';
  /** Without the API version, `/containers/web/stop`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** The longest the engine may take; 60 s where absent. */
  readonly timeoutMs?: number;
}

/** A program run in a container that runs. */
export interface DockerExec {
  readonly docker: 'exec';
  /** Name or id. */
  readonly container: string;
  readonly argv: readonly [program: string, ...args: string[]];
  readonly user?: string;
  /** Folder in the container. */
  readonly cwd?: string;
  /** Most bytes kept of each stream; 1 MiB where absent. */
  readonly maxOutputBytes?: number;
}

/** An image put into the engine as another engine saved it. */
export interface DockerLoad {
  readonly docker: 'load';
  /** `name:tag` */
  readonly image: string;
  /** Content id, `sha256:...`: what must be there afterwards. */
  readonly imageId: string;
  /** The device that it comes from. */
  readonly from: string;
}

export type DockerStep = DockerRequest | DockerExec | DockerLoad;

/** What a program in a container left behind. */
export interface DockerExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** A path of the Engine API from its words, each percent-encoded: `enginePath('containers', name, 'stop')`. */
export function enginePath(...words: readonly string[]): string {
  return words.map((word) => `/${encodeURIComponent(word)}`).join('');
}
