import { constants } from 'node:os';
import type ssh2 from 'ssh2';
import { argvBytes, maxArgvBytes, quoteForAnyShell, type Argv } from '../../../core/command.js';
import type { Channels, Exit, StartedCommand } from './channels.js';
import { newMark } from './mark.js';
import {
  argvRefused,
  commandStopped,
  commandTimedOut,
  type Ending,
  LinkLost,
  lostExitCode,
  SudoRefused,
} from './link-failures.js';
import { supervisor } from './remote-scripts.js';
import { SudoStart } from './sudo-start.js';

/** How a command becomes root. `none`: it runs as the login user. */
export type Elevation = { readonly by: 'none' | 'nopasswd' } | { readonly by: 'password'; readonly password: string };

export interface Execution {
  readonly argv: Argv;
  readonly elevation: Elevation;
  /** From the command's start on the device; unlimited where absent. */
  readonly timeoutMs?: number | undefined;
  readonly stdin?: string | Uint8Array | undefined;
  /** `enough` stops the command, and that is its good end. */
  readonly onStdout: (chunk: Buffer) => 'more' | 'enough';
  readonly onStderr: (chunk: Buffer) => void;
}

/** sudo waits some seconds after a wrong password, and PAM may ask a server. */
const sudoStartMs = 20_000;
/** TERM, 2 s of grace, KILL, and a slow device. */
const stopMs = 8_000;
/** A daemon that a command left behind may hold its output open for ever; after this silence it is not waited for. */
const lingerMs = 500;

function commandLine(execution: Execution, mark: string, prompt: string): string {
  const { argv, elevation, stdin } = execution;
  if (argv[0] === '' || argv[0].startsWith('-')) throw argvRefused('The program has no name.');
  if (argv.some((word) => word.includes('\0'))) throw argvRefused('An argument holds a NUL character.');
  const sudo = { none: '', nopasswd: 'sudo -n -- ', password: `sudo -S -p ${prompt} -- ` }[elevation.by];
  const bytes = stdin === undefined ? '-' : String(Buffer.byteLength(stdin));
  const words = ['jetfleet-run', bytes, elevation.by === 'none' ? '-' : mark, ...argv];
  if (argvBytes(argv) > maxArgvBytes) throw argvRefused('The arguments are too long for a command line.');
  return `exec ${sudo}/bin/sh -c ${[supervisor, ...words].map(quoteForAnyShell).join(' ')}`;
}

/**
 * Runs a command on a channel of its own and answers its exit code, 128 + n where a signal ended it. On timeout, abort
 * or `enough` the supervisor on the device ends every process of the channel's session before this settles.
 */
export async function execute(channels: Channels, execution: Execution, signal: AbortSignal): Promise<number> {
  const mark = newMark();
  const prompt = newMark();
  const started = await channels.exec(commandLine(execution, mark, prompt), 'fair', signal);
  return new Promise<number>((resolve, reject) => {
    new Run(started, channels, execution, { mark, prompt }, signal, resolve, reject).begin();
  });
}

class Run {
  readonly #channel: ssh2.ClientChannel;
  readonly #exit: Promise<Exit>;
  readonly #channels: Channels;
  readonly #execution: Execution;
  readonly #signal: AbortSignal;
  readonly #resolve: (exitCode: number) => void;
  readonly #reject: (error: Error) => void;
  readonly #sudo: SudoStart | undefined;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onAbort = (): void => this.#stop((ending) => commandStopped(this.#signal, ending));
  #running = false;
  #settled = false;
  #exitCode: number | undefined;
  #lingering: NodeJS.Timeout | undefined;
  /** What to settle with once the processes are gone. */
  #stopping: ((ending: Ending) => Error | 'enough') | undefined;

  constructor(
    { channel, exit }: StartedCommand,
    channels: Channels,
    execution: Execution,
    words: { readonly mark: string; readonly prompt: string },
    signal: AbortSignal,
    resolve: (exitCode: number) => void,
    reject: (error: Error) => void,
  ) {
    this.#channel = channel;
    this.#exit = exit;
    this.#channels = channels;
    this.#execution = execution;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    const { by } = execution.elevation;
    this.#sudo = by === 'none' ? undefined : new SudoStart(words.mark, words.prompt, by === 'password');
  }

  begin(): void {
    const channel = this.#channel;
    channel.on('data', (chunk: Buffer) => this.#onStdout(chunk));
    channel.stderr.on('data', (chunk: Buffer) => this.#onStderr(chunk));
    void this.#exit.then((exit) => this.#onExit(exit));
    // A cut connection closes its channels first and says so afterwards.
    channel.on('close', () => void setImmediate(() => this.#onClose()));
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#sudo === undefined) this.#started();
    else this.#after(sudoStartMs, () => this.#stop(() => new SudoRefused('refused')));
    if (this.#signal.aborted) this.#onAbort();
  }

  #started(): void {
    this.#running = true;
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    const { stdin, timeoutMs } = this.#execution;
    if (stdin !== undefined) {
      this.#channel.write(stdin);
      this.#channel.write('\n');
    }
    if (timeoutMs !== undefined)
      this.#after(timeoutMs, () => this.#stop((ending) => commandTimedOut(timeoutMs, ending)));
  }

  #onStdout(chunk: Buffer): void {
    this.#lingering?.refresh();
    if (this.#stopping !== undefined || this.#settled) return;
    try {
      if (this.#execution.onStdout(chunk) === 'enough') this.#stop(() => 'enough');
    } catch (error) {
      this.#stop(() => error as Error);
    }
  }

  #onStderr(chunk: Buffer): void {
    this.#lingering?.refresh();
    if (this.#stopping !== undefined || this.#settled) return;
    if (this.#running || this.#sudo === undefined) {
      this.#execution.onStderr(chunk);
      return;
    }
    const step = this.#sudo.add(chunk);
    if (step === 'wait') return;
    if (step === 'send_password') {
      const { elevation } = this.#execution;
      if (elevation.by === 'password') this.#channel.write(`${elevation.password}\n`);
      return;
    }
    if ('refused' in step) {
      this.#stop(() => new SudoRefused(step.refused));
      return;
    }
    this.#started();
    if (step.started.length > 0) this.#execution.onStderr(step.started);
  }

  #onExit(exit: Exit): void {
    const signals: Readonly<Record<string, number>> = constants.signals;
    this.#exitCode = 'code' in exit ? exit.code : 128 + (signals[exit.signal] ?? 0);
    if (this.#settled) return;
    this.#lingering = this.#after(this.#stopping === undefined ? lingerMs : stopMs, () => this.#onClose());
  }

  /** Ends standard input, which is what the supervisor waits for. */
  #stop(outcome: (ending: Ending) => Error | 'enough'): void {
    if (this.#stopping !== undefined || this.#settled) return;
    this.#stopping = outcome;
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#channel.end();
    this.#after(stopMs, () => this.#settle(outcome('unknown')));
  }

  #onClose(): void {
    const exitCode = this.#exitCode;
    if (this.#stopping !== undefined) this.#settle(this.#stopping(exitCode === 0 ? 'ended' : 'unknown'));
    else if (exitCode === undefined)
      this.#settle(this.#channels.budget.lost === undefined ? lostExitCode() : new LinkLost(true));
    else if (!this.#running && this.#sudo !== undefined) this.#settle(new SudoRefused(this.#sudo.ended()));
    else this.#settle(exitCode);
  }

  #settle(outcome: number | Error | 'enough'): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#channel.close();
    if (typeof outcome === 'number') this.#resolve(outcome);
    else if (outcome === 'enough') this.#resolve(0);
    else this.#reject(outcome);
  }

  #after(delayMs: number, then: () => void): NodeJS.Timeout {
    const timer = setTimeout(then, delayMs);
    this.#timers.push(timer);
    return timer;
  }
}
