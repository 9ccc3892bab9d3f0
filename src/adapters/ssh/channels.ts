import type ssh2 from 'ssh2';
import { abortFailure } from '../../core/errors.js';
import { LinkLost, noChannel, noShell } from './link-failures.js';

/** `first` goes to what others wait for: the session shell, and the end of one that is stuck. */
export type Precedence = 'first' | 'fair';

/** Anything that holds one of sshd's sessions until it closes. */
interface Held {
  on(event: 'close', listener: () => void): unknown;
}
type Opened = (error: Error | undefined, held: Held | undefined) => void;

interface Waiting {
  readonly precedence: Precedence;
  readonly start: (opened: Opened) => void;
  readonly done: (error: Error | undefined, held: Held | undefined) => void;
  refusals: number;
}

/** OpenSSH's default MaxSessions. */
const usualLimit = 10;
/** A close and an open that reach sshd in one packet count together there for a moment, so one refusal proves nothing. */
const refusalPauseMs = 15;
const refusalsBelowAny = 4;
/** A smaller limit, once met, is doubted again after this time: a dying process may have held a session. */
const doubtAfterMs = 60_000;

/** The sessions of one connection: at most as many as its sshd allows, given out in the order they were asked for. */
export class Channels {
  readonly #client: ssh2.Client;
  readonly #now: () => number;
  readonly #idle = new Set<() => void>();
  readonly #queue: Waiting[] = [];
  #limit = usualLimit;
  #learnedMs = 0;
  #open = 0;
  #opening = 0;
  #fair = 0;
  #paused = false;
  #lost: Error | undefined;

  constructor(client: ssh2.Client, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Sessions that are open or being opened. */
  get inUse(): number {
    return this.#open + this.#opening;
  }

  /** Whether calls wait while a holder that is idle could make room. */
  get starved(): boolean {
    return this.#queue.length > 0;
  }

  /** Calls `release` when others wait for a session: a holder that is idle lets go of its own. */
  onStarved(release: () => void): void {
    this.#idle.add(release);
  }

  /** Starts a command on a session of its own. Waits for a free one; aborting leaves the queue. */
  async exec(command: string, precedence: Precedence, signal: AbortSignal): Promise<ssh2.ClientChannel> {
    const open = (opened: Opened): void => {
      this.#client.exec(command, (error, channel) => opened(error, error ? undefined : channel));
    };
    const abandon = (channel: ssh2.ClientChannel): void => {
      channel.resume().stderr.resume();
      channel.close();
    };
    return (await this.#acquire(open, abandon, precedence, signal)) as ssh2.ClientChannel;
  }

  /** Starts the SFTP subsystem on a session of its own. */
  async sftp(signal: AbortSignal): Promise<ssh2.SFTPWrapper> {
    const open = (opened: Opened): void => {
      this.#client.sftp((error, sftp) => opened(error, error ? undefined : sftp));
    };
    return (await this.#acquire(open, (sftp: ssh2.SFTPWrapper) => sftp.end(), 'fair', signal)) as ssh2.SFTPWrapper;
  }

  /** The connection is gone: everything that waits fails. */
  fail(cause: Error | undefined): void {
    this.#lost = new LinkLost(false, cause);
    for (const waiting of this.#queue.splice(0)) waiting.done(this.#lost, undefined);
  }

  #acquire<H extends Held>(
    start: (opened: Opened) => void,
    abandon: (held: H) => void,
    precedence: Precedence,
    signal: AbortSignal,
  ): Promise<Held> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortFailure(signal));
      if (this.#lost !== undefined) return reject(this.#lost);
      let aborted = false;
      const onAbort = (): void => {
        aborted = true;
        const place = this.#queue.indexOf(waiting);
        if (place >= 0) this.#queue.splice(place, 1);
        reject(abortFailure(signal));
      };
      const done: Opened = (error, held) => {
        signal.removeEventListener('abort', onAbort);
        if (held === undefined) reject(error ?? noChannel());
        else if (aborted) abandon(held as H);
        else resolve(held);
      };
      const waiting: Waiting = { precedence, start, done, refusals: 0 };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#enqueue(waiting);
      this.#pump();
      if (this.#queue.length > 0) for (const release of this.#idle) release();
    });
  }

  #enqueue(waiting: Waiting): void {
    const firstFair = this.#queue.findIndex((each) => each.precedence === 'fair');
    if (waiting.precedence === 'fair' || firstFair < 0) this.#queue.push(waiting);
    else this.#queue.splice(firstFair, 0, waiting);
  }

  /** One session is kept for the session shell, and one to stop what is stuck, where there are enough. */
  #mayStart(waiting: Waiting): boolean {
    const kept = this.#limit >= 4 ? 2 : this.#limit >= 2 ? 1 : 0;
    return this.inUse < this.#limit && (waiting.precedence === 'first' || this.#fair < this.#limit - kept);
  }

  #pump(): void {
    if (this.#limit < usualLimit && this.#now() - this.#learnedMs > doubtAfterMs) {
      this.#limit += 1;
      this.#learnedMs = this.#now();
    }
    while (!this.#paused && this.#lost === undefined) {
      const waiting = this.#queue[0];
      if (waiting === undefined || !this.#mayStart(waiting)) return;
      this.#queue.shift();
      this.#start(waiting);
    }
  }

  #start(waiting: Waiting): void {
    const isFair = waiting.precedence === 'fair' ? 1 : 0;
    this.#opening += 1;
    this.#fair += isFair;
    const opened: Opened = (error, held) => {
      this.#opening -= 1;
      if (held !== undefined) {
        this.#open += 1;
        held.on('close', () => {
          this.#open -= 1;
          this.#fair -= isFair;
          this.#pump();
        });
        waiting.done(undefined, held);
        return;
      }
      this.#fair -= isFair;
      this.#refused(waiting, error);
      this.#pump();
    };
    try {
      waiting.start(opened);
    } catch (error) {
      opened(error as Error, undefined);
    }
  }

  #refused(waiting: Waiting, error: Error | undefined): void {
    if (this.#lost !== undefined) return waiting.done(this.#lost, undefined);
    const reason: unknown = error !== undefined && 'reason' in error ? error.reason : undefined;
    if (typeof reason !== 'number') {
      const gone = error?.message === 'Not connected' || reason === '';
      return waiting.done(gone ? new LinkLost(false, error) : noShell(error), undefined);
    }
    waiting.refusals += 1;
    if (waiting.refusals > 1 && this.#open > 0) {
      this.#limit = Math.min(this.#limit, this.#open);
      this.#learnedMs = this.#now();
    } else if (waiting.refusals > refusalsBelowAny) {
      return waiting.done(noChannel(error), undefined);
    }
    this.#queue.unshift(waiting);
    if (!this.#paused) {
      this.#paused = true;
      setTimeout(() => {
        this.#paused = false;
        this.#pump();
      }, refusalPauseMs);
    }
  }
}
