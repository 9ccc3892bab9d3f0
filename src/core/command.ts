import { Failure } from './errors.js';

/** A program and its arguments. Never a shell string: `renderArgv` is the only place where one is made. */
export type Argv = readonly [program: string, ...args: string[]];

/** One run of a program on a device. */
export interface Command {
  readonly argv: Argv;
  /** Run as root: directly when the login user is root, else through sudo. */
  readonly sudo?: boolean;
  /** Time from start on the device to its end; waiting in a queue and connecting do not count. */
  readonly timeoutMs?: number;
  /** Bytes for the program's standard input; without it the program reads end-of-file. */
  readonly stdin?: string | Uint8Array;
  /** Most bytes of stdout kept (and of stderr, apart); what comes after is dropped and `truncated` is set. */
  readonly maxOutputBytes?: number;
}

/** What a finished command left behind. */
export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly truncated: boolean;
}

export const defaultTimeoutMs = 30_000;
export const defaultMaxOutputBytes = 1024 * 1024;

/** A command as root. */
export function asRoot(argv: Argv, stdin?: string): Command {
  return { argv, sudo: true, ...(stdin !== undefined && { stdin }) };
}

/**
 * Bytes of a command's own words, quoted: Linux refuses a single argument of 128 KiB, and with what supervises the command the
 * whole line is one for the login shell.
 */
export const maxArgvBytes = 120 * 1024;

/** Quotes one word for a login shell that may be sh, fish or csh: fish reads backslashes inside single quotes. */
export function quoteForAnyShell(word: string): string {
  return `'${word.replace(/['\\]/g, (special) => `'\\${special}'`)}'`;
}

/** Bytes that an argv takes on such a shell's command line. */
export function argvBytes(argv: readonly string[]): number {
  return new TextEncoder().encode(argv.map(quoteForAnyShell).join(' ')).length;
}

const bareWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes one word for a POSIX shell. Refuses NUL, which no argument can hold. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Failure('invalid_input', 'An argument holds a NUL character.');
  return bareWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The one shell form of an argv. */
export function renderArgv(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}
