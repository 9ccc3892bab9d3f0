import type { Command, CommandOutput } from '../../src/core/command.js';
import { abortFailure, Failure } from '../../src/core/errors.js';
import type { TemperatureLimits } from '../../src/core/jetson/hot-zones.js';
import type { Answers, Probe, Reads } from '../../src/core/probe/probe.js';
import type { FileWrite } from '../../src/core/step.js';
import {
  linkSteps,
  type Device,
  type LineSource,
  type LinkStep,
  type SeenHostKey,
  type SudoKind,
} from '../../src/ports/fleet.js';
import type { AwaitedReport } from '../../src/ports/tool.js';
import { answerOn } from './fake-answers.js';
import { runOn, type FakeBoard } from './fake-board.js';
import { FakeDocker } from './fake-docker.js';
import { FakeFiles } from './fake-files.js';
import { FakeHttp } from './fake-http.js';
import { fakeServices } from './fake-services.js';

export type { FakeBoard } from './fake-board.js';

const allLinked: readonly LinkStep[] = linkSteps.map((step) => ({ step, ok: true, detail: 'fine' }));
const exited = (code: number): Failure => new Failure('command_failed', `The command exited with code ${code}.`);

const someKey: SeenHostKey = {
  type: 'ssh-ed25519',
  fingerprint: `SHA256:${'A'.repeat(43)}`,
  trust: 'unknown',
  address: '192.0.2.1:22',
};

/** A device that answers from memory. `ran`, `wrote` and `asked` say what was done to it. */
export class FakeDevice implements Device {
  readonly ran: string[] = [];
  readonly wrote: FileWrite[] = [];
  readonly asked: string[] = [];
  readonly name: string;
  readonly files: FakeFiles;
  readonly docker = new FakeDocker(() => ({
    ...(this.board.failing && { failing: this.board.failing }),
    ...this.board.docker,
  }));
  readonly http = new FakeHttp(() => this.board.http ?? {});
  board: FakeBoard;

  constructor(name: string, board: FakeBoard = {}) {
    this.name = name;
    this.board = board;
    this.files = new FakeFiles(
      () => this.board,
      (signal) => this.#begin(signal),
      (write) => {
        this.wrote.push(write);
        const text = new TextDecoder().decode(write.content);
        this.board = { ...this.board, files: { ...this.board.files, [write.path]: text } };
      },
    );
  }

  async ask<T, R extends Reads>(probe: Probe<T, R>, signal: AbortSignal): Promise<T> {
    await this.#begin(signal);
    this.asked.push(probe.name);
    const answers = Object.entries(probe.reads).map(([key, read]) => [key, answerOn(this.board, read)]);
    return probe.parse(Object.fromEntries(answers) as Answers<R>);
  }

  async follow(source: LineSource, onLine: (line: string) => 'more' | 'enough', signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    const key = source.argv.join(' ');
    this.asked.push(key);
    for (const line of this.board.lines?.[key] ?? this.#linesOf(source)) {
      if (signal.aborted) throw abortFailure(signal);
      if (onLine(line) === 'enough') return;
      await Promise.resolve();
    }
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandOutput> {
    await this.#begin(signal);
    this.ran.push(command.argv.join(' '));
    const run = runOn(this.board, command);
    if (run.never === true) await this.#stopped(command, signal);
    if ((run.exitCode ?? 0) !== 0) throw exited(run.exitCode ?? 0);
    const bytes = new TextEncoder().encode(run.text);
    const stdout = bytes.slice(0, command.maxOutputBytes ?? Infinity);
    return { exitCode: 0, stdout, stderr: new Uint8Array(), truncated: stdout.length < bytes.length };
  }

  async sudoKind(signal: AbortSignal): Promise<SudoKind> {
    await this.#begin(signal);
    return this.board.sudo ?? 'nopasswd';
  }

  async hostKey(signal: AbortSignal): Promise<SeenHostKey> {
    await this.#begin(signal);
    return this.board.hostKey ?? someKey;
  }

  async diagnose(_signal: AbortSignal): Promise<readonly LinkStep[]> {
    await Promise.resolve();
    return this.board.link ?? allLinked;
  }

  #linesOf(source: LineSource): readonly string[] {
    const { text, exitCode = 0 } = runOn(this.board, { argv: source.argv });
    if (exitCode !== 0) throw exited(exitCode);
    return text.replace(/\n$/, '').split('\n');
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (signal.aborted) throw abortFailure(signal);
    if (this.board.failing) throw this.board.failing;
  }

  /** Rejects when the command's time is over, or nobody wants it any more. */
  #stopped({ timeoutMs }: Command, signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(abortFailure(signal)), { once: true });
      if (timeoutMs !== undefined) setTimeout(() => reject(new Failure('timeout', 'It took too long.')), timeoutMs);
    });
  }
}

/** A call, or a look of `settle`, for tests that call a tool directly. */
export function fakeCall(now = Date.UTC(2026, 10, 20, 7)): {
  signal: AbortSignal;
  deadlineMs: number;
  temperatureLimits: TemperatureLimits;
  now: () => number;
  progress: (message: string) => void;
  messages: string[];
  changeId: string;
  awaited: (id: string, device: string) => Promise<AwaitedReport | undefined>;
  beganAgoMs: number;
  reachedForMs: number;
  peer: (name: string) => Promise<Device>;
} & ReturnType<typeof fakeServices> {
  const messages: string[] = [];
  return {
    signal: new AbortController().signal,
    deadlineMs: now + 45_000,
    temperatureLimits: {},
    now: () => now,
    progress: (m) => void messages.push(m),
    messages,
    changeId: 'c0ffee0000000001',
    awaited: () => Promise.resolve(undefined),
    beganAgoMs: 0,
    reachedForMs: 0,
    peer: () => Promise.reject(new Failure('unknown_device', 'No device of that name is in the fleet file.')),
    ...fakeServices(),
  };
}
