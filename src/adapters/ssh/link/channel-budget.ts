import { abortFailure } from '../../../core/errors.js';
import { LinkLost, noChannel, noShell } from './link-failures.js';

/** `first` goes to what others wait for: the session shell, and the end of one that is stuck. */
export type Precedence = 'first' | 'fair';

/** Anything that holds one of sshd's sessions until it closes. */
export interface Held {
  onClose(then: () => void): void;
}
export type Opened<H extends Held> = (error: Error | undefined, held: H | undefined) => void;

interface Waiting {
  readonly precedence: Precedence;
  /** When it was asked for; a refused one goes back to its place. */
  readonly order: number;
  /** Asks sshd. */
  start(opened: Opened<Held>): void;
  /** Hands the session to the caller, or lets go of it where the caller has gone. */
  grant(): void;
  fail(error: Error): void;
  refusals: number;
}

/** OpenSSH's default MaxSessions. */
const usualLimit = 10;
/** A close and an open that reach sshd together count together there for a moment: such a refusal proves nothing. */
const closingMs = 100;
const refusalPauseMs = 15;
const refusalsBelowAny = 4;
/** A smaller limit, once met, is doubted again after this time: a dying process may have held a session. */
const doubtAfterMs = 60_000;

/** The channels of one connection: at most as many as its sshd allows, given out in the order they were asked for. */
export class ChannelBudget {
  readonly #now: () => number;
  readonly #idle = new Set<() => void>();
  readonly #queue: Waiting[] = [];
  #limit = usualLimit;
  #learnedMs = 0;
  #closedMs = 0;
  /** What holds a session or asks for one, in the order in which sshd was asked. */
  readonly #held = new Set<Waiting>();
  #asked = 0;
  #fair = 0;
  #paused = false;
  #lost: LinkLost | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Sessions that are open or being opened. */
  get inUse(): number {
    return this.#held.size;
  }

  /** Whether calls wait for a session. */
  get starved(): boolean {
    return this.#queue.length > 0;
  }

  /** Why nothing can be opened any more; undefined while the connection lives. */
  get lost(): LinkLost | undefined {
    return this.#lost;
  }

  /** Calls `release` when others wait for a session: a holder that is idle lets go of its own. */
  onStarved(release: () => void): void {
    this.#idle.add(release);
  }

  /** The connection is gone: everything that waits fails. */
  fail(cause: Error | undefined): void {
    this.#lost = new LinkLost(false, cause);
    for (const waiting of this.#queue.splice(0)) waiting.fail(this.#lost);
  }

  /**
   * Opens a channel when its turn comes: `start` asks sshd, `abandon` lets go of one that came after its caller had gone.
   * Aborting leaves the queue.
   */
  acquire<H extends Held>(
    start: (opened: Opened<H>) => void,
    abandon: (held: H) => void,
    precedence: Precedence,
    signal: AbortSignal,
  ): Promise<H> {
    return new Promise((resolve, reject) => {
      let held: H | undefined;
      const onAbort = (): void => {
        const place = this.#queue.indexOf(waiting);
        if (place >= 0) this.#queue.splice(place, 1);
        reject(abortFailure(signal));
      };
      const waiting: Waiting = {
        precedence,
        order: (this.#asked += 1),
        start: (opened) =>
          start((error, started) => {
            held = started;
            opened(error, started);
          }),
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          if (held === undefined) return;
          if (signal.aborted) abandon(held);
          else resolve(held);
        },
        fail: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
        refusals: 0,
      };
      if (this.#lost !== undefined) waiting.fail(this.#lost);
      else if (signal.aborted) onAbort();
      else {
        signal.addEventListener('abort', onAbort, { once: true });
        this.#enqueue(waiting);
        this.#pump();
      }
    });
  }

  #enqueue(waiting: Waiting): void {
    const comesAfter = ({ precedence, order }: Waiting): boolean =>
      precedence === waiting.precedence ? order > waiting.order : waiting.precedence === 'first';
    const place = this.#queue.findIndex(comesAfter);
    this.#queue.splice(place < 0 ? this.#queue.length : place, 0, waiting);
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
      if (waiting === undefined) return;
      if (!this.#mayStart(waiting)) {
        for (const release of this.#idle) release();
        return;
      }
      this.#queue.shift();
      this.#start(waiting);
    }
  }

  #start(waiting: Waiting): void {
    const isFair = waiting.precedence === 'fair' ? 1 : 0;
    this.#held.add(waiting);
    this.#fair += isFair;
    const free = (): void => {
      this.#held.delete(waiting);
      this.#fair -= isFair;
    };
    const opened: Opened<Held> = (error, held) => {
      if (held === undefined) {
        // sshd answers in order: what was asked for before this one, and has not ended, was granted.
        const granted = [...this.#held].indexOf(waiting);
        free();
        this.#refused(waiting, error, granted);
      } else {
        held.onClose(() => {
          free();
          this.#closedMs = this.#now();
          this.#pump();
        });
        waiting.grant();
      }
      this.#pump();
    };
    try {
      waiting.start(opened);
    } catch (error) {
      opened(error as Error, undefined);
    }
  }

  #refused(waiting: Waiting, error: Error | undefined, granted: number): void {
    const reason: unknown = error !== undefined && 'reason' in error ? error.reason : undefined;
    if (this.#lost !== undefined) {
      waiting.fail(this.#lost);
      return;
    }
    if (typeof reason !== 'number') {
      const gone = error?.message === 'Not connected' || reason === '';
      // A cut connection closes its channels first and says so afterwards.
      setImmediate(() => waiting.fail(this.#lost ?? (gone ? new LinkLost(false, error) : noShell(error))));
      return;
    }
    waiting.refusals += 1;
    if (granted > 0 && this.#now() - this.#closedMs > closingMs) {
      this.#limit = Math.min(this.#limit, granted);
      this.#learnedMs = this.#now();
    } else if (granted === 0 && waiting.refusals > refusalsBelowAny) {
      waiting.fail(noChannel(error));
      return;
    }
    this.#enqueue(waiting);
    if (!this.#paused) {
      this.#paused = true;
      setTimeout(() => {
        this.#paused = false;
        this.#pump();
      }, refusalPauseMs);
    }
  }
}
