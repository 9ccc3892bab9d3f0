import { Failure } from '../../src/core/errors.js';
import type { Command, CommandOutput } from '../../src/core/command.js';
import type { AnswerOf, Answers, Probe, Read, Reads } from '../../src/core/probe/probe.js';
import type { TemperatureLimits } from '../../src/core/jetson/hot-zones.js';
import type { DeviceFiles, FileEntry, FileStat } from '../../src/ports/files.js';
import type { Device, LineSource, LinkStep, SudoKind } from '../../src/ports/fleet.js';

/** What a fake device has. A program it was not taught makes it throw; a file it was not taught is absent. */
export interface FakeBoard {
  readonly files?: Readonly<Record<string, string>>;
  /** Paths that are there and cannot be read, even by root where `sudo` is `none`. */
  readonly denied?: readonly string[];
  /** By argv joined with spaces. */
  readonly runs?: Readonly<Record<string, { readonly text: string; readonly exitCode?: number }>>;
  /** Programs that are not installed, by their first word. */
  readonly missing?: readonly string[];
  /** Lines that `follow` hands out, by argv joined with spaces. */
  readonly lines?: Readonly<Record<string, readonly string[]>>;
  /** Default `nopasswd`. */
  readonly sudo?: SudoKind;
  readonly link?: readonly LinkStep[];
  /** Every method fails with this. */
  readonly failing?: Failure;
}

const allLinked: readonly LinkStep[] = (['name', 'tcp', 'banner', 'host_key', 'auth', 'shell'] as const).map(
  (step) => ({
    step,
    ok: true,
    detail: 'fine',
  }),
);

function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('[!', '[^');
  return new RegExp(`^${source.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}

/** A device that answers from memory. `ran` and `asked` say what was done to it. */
export class FakeDevice implements Device {
  readonly ran: string[] = [];
  readonly asked: string[] = [];
  readonly name: string;
  board: FakeBoard;

  constructor(name: string, board: FakeBoard = {}) {
    this.name = name;
    this.board = board;
  }

  async ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    await this.#begin(signal);
    this.asked.push(probe.name);
    const answers = Object.entries(probe.reads).map(([key, read]) => [key, this.#answer(read)]);
    return probe.parse(Object.fromEntries(answers) as Answers<R>);
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    const key = source.argv.join(' ');
    this.asked.push(key);
    if (this.board.missing?.includes(source.argv[0]))
      throw new Failure('command_failed', `${source.argv[0]} exited with code 127.`);
    const lines = this.board.lines?.[key];
    if (lines === undefined) throw new Error(`${this.name} was not taught the lines of: ${key}`);
    for (const line of lines) {
      if (signal.aborted) throw new Failure('cancelled', 'The call was cancelled.');
      if (onLine(line) === 'enough') return;
      await Promise.resolve();
    }
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    await this.#begin(signal);
    const key = command.argv.join(' ');
    this.ran.push(key);
    const run = this.board.runs?.[key];
    if (run === undefined) throw new Error(`${this.name} was not taught to run: ${key}`);
    if ((run.exitCode ?? 0) !== 0)
      throw new Failure('command_failed', `The command exited with code ${run.exitCode ?? 0}.`);
    return { exitCode: 0, stdout: new TextEncoder().encode(run.text), stderr: new Uint8Array(), truncated: false };
  }

  readonly files: DeviceFiles = {
    stat: async (path: string, signal: AbortSignal): Promise<FileStat> => {
      await this.#begin(signal);
      const text = this.board.files?.[path];
      const directory = path === '/' || Object.keys(this.board.files ?? {}).some((file) => file.startsWith(`${path}/`));
      if (text === undefined && !directory) throw new Failure('invalid_input', 'There is no such file.');
      const kind = directory ? 'directory' : 'file';
      return { kind, sizeBytes: text?.length ?? 4096, mode: 0o644, uid: 0, gid: 0, modifiedMs: 0 };
    },
    read: async (
      path: string,
      range: { offset: number; maxBytes: number },
      signal: AbortSignal,
    ): Promise<Uint8Array> => {
      await this.#begin(signal);
      const text = this.board.files?.[path];
      if (text === undefined) throw new Failure('invalid_input', 'There is no such file.');
      return new TextEncoder().encode(text).slice(range.offset, range.offset + range.maxBytes);
    },
    list: async (_path: string, _limit: number, signal: AbortSignal): Promise<readonly FileEntry[]> => {
      await this.#begin(signal);
      throw new Error('FakeDevice was not taught to list folders');
    },
  };

  async sudoKind(signal: AbortSignal): Promise<SudoKind> {
    await this.#begin(signal);
    return this.board.sudo ?? 'nopasswd';
  }

  async diagnose(_signal: AbortSignal): Promise<readonly LinkStep[]> {
    await Promise.resolve();
    return this.board.link ?? allLinked;
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (this.board.failing) throw this.board.failing;
    if (signal.aborted) throw new Failure('cancelled', 'The call was cancelled.');
  }

  #answer(read: Read): AnswerOf<Read> {
    const noRoot = read.kind !== 'exists' && read.sudo && this.board.sudo === 'none';
    const files = this.board.files ?? {};
    const denied = this.board.denied ?? [];
    switch (read.kind) {
      case 'exists':
        return (
          denied.includes(read.path) || Object.keys(files).some((f) => f === read.path || f.startsWith(`${read.path}/`))
        );
      case 'file': {
        const text = noRoot || denied.includes(read.path) ? undefined : files[read.path];
        if (text !== undefined) return { status: 'ok', text: text.replace(/\n$/, '') };
        return { status: noRoot || denied.includes(read.path) ? 'denied' : 'absent', text: '' };
      }
      case 'glob': {
        const matches = globPattern(read.pattern);
        const hit = Object.entries(files).filter(([path]) => matches.test(path));
        const unreadable = denied.filter((path) => matches.test(path));
        const readable = noRoot ? [] : hit.filter(([path]) => !denied.includes(path));
        return {
          files: new Map(
            readable.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => [path, text.replace(/\n$/, '')]),
          ),
          unreadable: noRoot ? [read.pattern] : unreadable.sort(),
        };
      }
      case 'argv': {
        if (noRoot) return { status: 'denied', exitCode: -1, text: '' };
        if (this.board.missing?.includes(read.argv[0])) return { status: 'absent', exitCode: 127, text: '' };
        const run = this.board.runs?.[read.argv.join(' ')];
        if (run === undefined) throw new Error(`${this.name} was not taught to answer: ${read.argv.join(' ')}`);
        const exitCode = run.exitCode ?? 0;
        return {
          status: exitCode === 0 ? 'ok' : exitCode === 127 ? 'absent' : 'failed',
          exitCode,
          text: run.text.replace(/\n$/, ''),
        };
      }
    }
  }
}

/** A call for tests that call a tool directly. */
export function fakeCall(now = Date.UTC(2026, 10, 20, 7)): {
  signal: AbortSignal;
  deadlineMs: number;
  temperatureLimits: TemperatureLimits;
  now: () => number;
  progress: (message: string) => void;
  messages: string[];
} {
  const messages: string[] = [];
  return {
    signal: new AbortController().signal,
    deadlineMs: now + 45_000,
    temperatureLimits: {},
    now: () => now,
    progress: (m) => void messages.push(m),
    messages,
  };
}
