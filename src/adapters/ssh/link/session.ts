import { abortFailure } from '../../../core/errors.js';
import type { Channels } from './channels.js';
import { type Exchange, FramedShell } from './framed-shell.js';
import { exchangeTimedOut, exchangeTooLong, LinkLost, shellDies } from './link-failures.js';

export interface ExchangeLimits {
  /** Counted from the exchange's turn on the device; waiting for others does not count. */
  readonly timeoutMs: number;
  /** More than this is a failure. */
  readonly maxBytes: number;
}

export interface ExchangeResult {
  readonly output: Buffer;
  readonly exitCode: number;
}

/** One call's exchange on its way: it may move to a second shell when its first one dies. */
interface Journey extends Exchange {
  /** Nobody waits for it any more; its answer is dropped. */
  abandoned: boolean;
  /** How often a shell died while it was its turn. */
  deaths: number;
  settle(error: Error): void;
  /** Stops its clock. */
  stop(): void;
}

/** An exchange whose caller is gone keeps the others waiting no longer than this. */
const abandonedMs = 1_000;

/**
 * The session shell of one device. Exchanges only read, so one that is cut by a dying shell is sent once more. One that
 * is stuck takes its shell and its processes with it; what waited behind it moves to a new shell.
 */
export class Session {
  readonly #channels: Channels;
  readonly #endProcesses: (sessionId: string) => Promise<void>;
  readonly #closing = new AbortController();
  #shell: FramedShell | undefined;
  #opening = false;
  #waiting: Journey[] = [];

  /** `endProcesses` stops what runs in a session of the device, and settles in any case. */
  constructor(channels: Channels, endProcesses: (sessionId: string) => Promise<void>) {
    this.#channels = channels;
    this.#endProcesses = endProcesses;
    channels.budget.onStarved(() => this.#makeRoom());
  }

  /** Runs a script in the session shell, after those that came before. */
  exchange(script: string, limits: ExchangeLimits, signal: AbortSignal): Promise<ExchangeResult> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortFailure(signal));
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const done = (settle: () => void): void => {
        journey.stop();
        signal.removeEventListener('abort', onAbort);
        if (!journey.abandoned) settle();
        journey.abandoned = true;
        this.#makeRoom();
      };
      let leaving = false;
      const stuck = (error: Error): void => {
        if (leaving) return;
        leaving = true;
        journey.stop();
        void this.#stop(journey).then(() => done(() => reject(error)));
      };
      let itsTurn = false;
      const journey: Journey = {
        script,
        maxBytes: limits.maxBytes,
        abandoned: false,
        deaths: 0,
        settle: (error) => done(() => reject(error)),
        stop: () => {
          itsTurn = false;
          clearTimeout(timer);
        },
        onTurn: () => {
          itsTurn = true;
          const timeoutMs = journey.abandoned ? Math.min(abandonedMs, limits.timeoutMs) : limits.timeoutMs;
          timer = setTimeout(() => stuck(exchangeTimedOut(timeoutMs)), timeoutMs);
        },
        onAnswer: (output, exitCode) => done(() => resolve({ output, exitCode })),
        onTooMuch: () => stuck(exchangeTooLong(limits.maxBytes)),
      };
      const onAbort = (): void => {
        if (leaving) return;
        if (itsTurn) {
          stuck(abortFailure(signal));
          return;
        }
        this.#waiting = this.#waiting.filter((each) => each !== journey);
        done(() => reject(abortFailure(signal)));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(journey);
      this.#flow();
    });
  }

  /** Ends the shell. What was not answered fails with `error`. */
  close(error: Error): void {
    this.#closing.abort(error);
    const unanswered = (this.#shell?.abandon() ?? []) as readonly Journey[];
    this.#shell = undefined;
    for (const journey of [...unanswered, ...this.#waiting.splice(0)]) journey.settle(error);
  }

  #flow(): void {
    if (this.#shell !== undefined && !this.#mustYield()) {
      for (const journey of this.#waiting.splice(0)) this.#shell.send(journey);
    } else if (this.#shell === undefined && !this.#opening && this.#waiting.length > 0) void this.#open();
  }

  async #open(): Promise<void> {
    this.#opening = true;
    try {
      const shell = await FramedShell.start(this.#channels, this.#closing.signal);
      shell.onDeath((unanswered) => this.#onDeath(unanswered as readonly Journey[]));
      this.#shell = shell;
    } catch (error) {
      for (const journey of this.#waiting.splice(0)) journey.settle(error as Error);
    } finally {
      this.#opening = false;
    }
    this.#makeRoom();
  }

  #onDeath(unanswered: readonly Journey[]): void {
    this.#shell = undefined;
    const [cut] = unanswered;
    if (cut !== undefined) cut.deaths += 1;
    this.#again(unanswered);
  }

  /** What a shell left unanswered goes first on the next one, in its order. */
  #again(unanswered: readonly Journey[]): void {
    for (const journey of unanswered) journey.stop();
    const lost = this.#channels.budget.lost;
    const alive = unanswered.filter((journey) => {
      if (lost !== undefined) journey.settle(new LinkLost(false, lost.cause));
      else if (journey.deaths > 1) journey.settle(shellDies());
      else return !journey.abandoned;
      return false;
    });
    this.#waiting.unshift(...alive);
    this.#flow();
  }

  /** Takes the shell away under a stuck exchange; settles when its processes have been told to end. */
  async #stop(journey: Journey): Promise<void> {
    const shell = this.#shell;
    if (shell === undefined) return;
    this.#shell = undefined;
    const others = shell.abandon().filter((each) => each !== journey) as Journey[];
    this.#again(others);
    if (shell.sessionId !== undefined) await this.#endProcesses(shell.sessionId);
  }

  /** Where a device allows one session only, the shell takes turns with everything else. */
  #mustYield(): boolean {
    return this.#channels.budget.limit === 1 && this.#channels.budget.starved;
  }

  #makeRoom(): void {
    if (this.#shell?.idle === true && this.#mustYield()) {
      this.#shell.close();
      this.#shell = undefined;
    }
    this.#flow();
  }
}
