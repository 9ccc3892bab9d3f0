import { Failure } from '../errors.js';
import type { Argv } from '../command.js';

/** Reads one small text file (sysfs, procfs, a config file). */
export interface FileRead {
  readonly kind: 'file';
  readonly path: string;
  readonly sudo: boolean;
}
/** Reads every small text file that a shell pattern matches. */
export interface GlobRead {
  readonly kind: 'glob';
  readonly pattern: string;
  readonly sudo: boolean;
}
/** Tells whether a path exists, whatever it is. */
export interface ExistsRead {
  readonly kind: 'exists';
  readonly path: string;
}
/** Runs a program that only reads, and takes its output and exit code. */
export interface ArgvRead {
  readonly kind: 'argv';
  readonly argv: Argv;
  readonly sudo: boolean;
  /** What happens to its standard error: mixed into the text, or dropped. */
  readonly stderr: 'merge' | 'drop';
}
export type Read = FileRead | GlobRead | ExistsRead | ArgvRead;

/**
 * How a read ended. `absent`: no such file or program. `denied`: it is there and the login user may not read it
 * (or needs sudo, which is not available). `failed`: it was there and gave nothing, or the program exited non-zero.
 */
export type ReadStatus = 'ok' | 'absent' | 'denied' | 'failed';

export interface FileAnswer {
  readonly status: ReadStatus;
  /** The content with its final newline removed; empty unless `ok`. */
  readonly text: string;
}
export interface GlobAnswer {
  /** Content by path, in path order, of the files that could be read. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths that matched and could not be read. */
  readonly unreadable: readonly string[];
}
export interface ArgvAnswer {
  readonly status: ReadStatus;
  /** The program's exit code; 127 where it is absent, -1 where it was not started. */
  readonly exitCode: number;
  /** Output, also of a program that failed. */
  readonly text: string;
}
export type AnswerOf<R extends Read> = R extends FileRead
  ? FileAnswer
  : R extends GlobRead
    ? GlobAnswer
    : R extends ExistsRead
      ? boolean
      : ArgvAnswer;
export type Reads = Readonly<Record<string, Read>>;
export type Answers<R extends Reads> = { readonly [K in keyof R]: AnswerOf<R[K]> };

/** A list of reads and the pure parser of their answers: one exchange with a device (two where sudo asks a password). */
export interface Probe<T, R extends Reads = Reads> {
  /** For logs, audit and fakes; the same probe with other arguments keeps its name. */
  readonly name: string;
  readonly reads: R;
  /** Turns the answers into typed data. Throws `Failure('unsupported' | 'unparseable')` where that cannot be. */
  parse(answers: Answers<R>): T;
}

const safePath = /^\/[A-Za-z0-9_.,:@+=~%/-]*$/;
const safePattern = /^\/[A-Za-z0-9_.,:@+=~%/*?[\]!-]*$/;

function checked(path: string, allowed: RegExp): string {
  if (!allowed.test(path)) throw new Failure('invalid_input', `A probe cannot read ${JSON.stringify(path)}.`);
  return path;
}

export interface ReadOptions {
  /** Read as root. Without rights the answer is `denied`. */
  readonly sudo?: boolean;
}

/** A file to read. The path is absolute and plain. */
export function file(path: string, options: ReadOptions = {}): FileRead {
  return { kind: 'file', path: checked(path, safePath), sudo: options.sudo ?? false };
}

/** Files to read by a shell pattern (`*`, `?`, `[...]`). */
export function glob(pattern: string, options: ReadOptions = {}): GlobRead {
  return { kind: 'glob', pattern: checked(pattern, safePattern), sudo: options.sudo ?? false };
}

/** A path to look for. */
export function exists(path: string): ExistsRead {
  return { kind: 'exists', path: checked(path, safePath) };
}

/** A program to run. It must only read: nothing else is allowed in a probe. */
export function argv(words: Argv, options: ReadOptions & { readonly stderr?: 'merge' | 'drop' } = {}): ArgvRead {
  return { kind: 'argv', argv: words, sudo: options.sudo ?? false, stderr: options.stderr ?? 'drop' };
}

/** Types the parser from its reads. */
export function defineProbe<T, const R extends Reads>(probe: Probe<T, R>): Probe<T, R> {
  return probe;
}
