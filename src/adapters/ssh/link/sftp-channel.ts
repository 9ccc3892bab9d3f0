import { setMaxListeners } from 'node:events';
import type ssh2 from 'ssh2';
import { abortFailure, Failure } from '../../../core/errors.js';
import type { Channels } from './channels.js';
import { LinkLost } from './link-failures.js';
import { ChannelStuck, noSftp, sftpFailure } from './sftp-failures.js';
import { settledWithin, untilAborted } from './until-aborted.js';

/** Unused for this long, the channel is given back. */
const idleMs = 5_000;
/** An SFTP server does one thing at a time. A request that is given up and so much later still not answered holds up all others. */
const stuckAfterMs = 1_500;
/** So often a call moves to a new channel because somebody else's request hung. */
const moves = 2;

type Callback<T> = (error: Error | null | undefined, value: T) => void;
/** One request, until its answer or until the signal of the call, or another, aborts. */
export type Request = <R>(operate: (done: Callback<R>) => unknown, limit?: AbortSignal) => Promise<R>;
type Work<T> = (sftp: ssh2.SFTPWrapper, call: Request) => Promise<T>;
interface Open {
  readonly sftp: ssh2.SFTPWrapper;
  readonly gone: AbortController;
}

/** The one SFTP channel of a link: opened when it is wanted, given back when it is not, and replaced where it hangs. */
export class SftpChannel {
  readonly #channels: Channels;
  readonly #endRemote: () => Promise<void>;
  #opening: Promise<Open> | undefined;
  #ending: Promise<void> = Promise.resolve();
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `endRemote` ends what serves the channels on the device, where closing them does not; it never rejects. */
  constructor(channels: Channels, endRemote: () => Promise<void>) {
    this.#channels = channels;
    this.#endRemote = endRemote;
    channels.budget.onStarved(() => this.#makeRoom());
  }

  /** Gives the channel back. The next call opens another. */
  close(): void {
    clearTimeout(this.#idle);
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.then(
      ({ sftp }) => sftp.end(),
      () => undefined,
    );
  }

  async use<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    this.#users += 1;
    clearTimeout(this.#idle);
    try {
      for (let left = moves; ; left--) {
        try {
          return await this.#once(signal, work);
        } catch (error) {
          if (!(error instanceof ChannelStuck) || left === 0) throw error;
        }
      }
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#idle = setTimeout(() => this.close(), idleMs).unref();
    this.#makeRoom();
  }

  async #once<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    if (signal.aborted) throw abortFailure(signal);
    const opening = this.#open();
    const { sftp, gone } = await untilAborted(opening, signal);
    const call: Request = async (operate, limit = signal) => {
      const answer = new Promise<never>((resolve, reject) =>
        operate((error, value) => (error ? reject(error) : resolve(value as never))),
      );
      try {
        // A request that is made after the channel has closed is never answered: `gone` answers for it.
        return await untilAborted(untilAborted(answer, gone.signal), limit);
      } catch (error) {
        if (limit.aborted) void this.#dropWhereStuck(opening, answer);
        throw error;
      }
    };
    try {
      return await work(sftp, call);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw gone.signal.aborted ? new LinkLost(false, error) : sftpFailure(error);
    }
  }

  /** One channel for all callers; one that goes away does not stop it for the others. */
  #open(): Promise<Open> {
    if (this.#opening !== undefined) return this.#opening;
    const gone = new AbortController();
    setMaxListeners(0, gone.signal);
    const opening = this.#ending
      .then(() => this.#channels.sftp(new AbortController().signal))
      .then(
        (sftp) => {
          const end = (): void => {
            gone.abort(new LinkLost(false));
            if (this.#opening === opening) this.#opening = undefined;
          };
          sftp.on('close', end);
          sftp.on('error', end);
          return { sftp, gone };
        },
        (error: unknown) => {
          if (this.#opening === opening) this.#opening = undefined;
          if (error instanceof Failure && error.kind === 'unsupported') throw noSftp(error);
          throw error;
        },
      );
    this.#opening = opening;
    return opening;
  }

  /** A channel whose server hangs in a request that nobody waits for any longer makes room for another. */
  async #dropWhereStuck(opening: Promise<Open>, answer: Promise<unknown>): Promise<void> {
    // In use until that is known: given back as idle, it would never be ended on the device.
    this.#users += 1;
    try {
      if ((await settledWithin(answer, stuckAfterMs)) || this.#opening !== opening) return;
      this.#opening = undefined;
      const { sftp, gone } = await opening;
      // The far end too: a server that hangs does not see that its channel was closed.
      this.#ending = this.#endRemote();
      gone.abort(new ChannelStuck());
      sftp.end();
    } finally {
      this.#leave();
    }
  }

  #makeRoom(): void {
    if (this.#users === 0 && this.#opening !== undefined && this.#channels.budget.starved) this.close();
  }
}
