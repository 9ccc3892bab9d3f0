import type { Command } from '../../src/core/command.js';
import type { Failure } from '../../src/core/errors.js';
import type { FakeEngine } from './fake-docker.js';
import type { FakePorts } from './fake-http.js';
import type { LinkStep, SeenHostKey, SudoKind } from '../../src/ports/fleet.js';

/** How a program ends: `never` where it runs until it is stopped. */
export interface FakeRun {
  readonly text: string;
  readonly exitCode?: number;
  readonly never?: boolean;
}

/** What a fake device has. A program it was not taught makes it throw; a file it was not taught is absent. */
export interface FakeBoard {
  readonly files?: Readonly<Record<string, string>>;
  /** Paths that are there and cannot be read, even by root where `sudo` is `none`. */
  readonly denied?: readonly string[];
  /** By argv joined with spaces. */
  readonly runs?: Readonly<Record<string, FakeRun>>;
  /** Programs by their first word that do something with what they are given. */
  readonly programs?: Readonly<Record<string, (command: Command) => FakeRun>>;
  /** Programs that are not installed, by their first word. */
  readonly missing?: readonly string[];
  /** Lines that `follow` hands out, by argv joined with spaces. */
  readonly lines?: Readonly<Record<string, readonly string[]>>;
  /** Default `nopasswd`. */
  readonly sudo?: SudoKind;
  readonly link?: readonly LinkStep[];
  /** Default an unknown key of no known serial. */
  readonly hostKey?: SeenHostKey;
  /** Where links lead, by their path. */
  readonly links?: Readonly<Record<string, string>>;
  /** Its container engine. */
  readonly docker?: FakeEngine;
  /** What listens on its loopback address. */
  readonly http?: FakePorts;
  /** Every method fails with this. */
  readonly failing?: Failure;
}

/** What a program does on this board; throws for one that it was not taught. */
export function runOn(board: FakeBoard, command: Command): FakeRun {
  const words = command.argv.join(' ');
  if (board.missing?.includes(command.argv[0])) return { text: '', exitCode: 127 };
  const run = board.runs?.[words] ?? board.programs?.[command.argv[0]]?.(command);
  if (run === undefined) throw new Error(`The fake board was not taught to run: ${words}`);
  return run;
}

/** Whether something stands at or below a path. */
export function stands(board: FakeBoard, path: string): boolean {
  const under = path.endsWith('/') ? path : `${path}/`;
  return [...Object.keys(board.files ?? {}), ...(board.denied ?? [])].some(
    (file) => file === path || file.startsWith(under),
  );
}
