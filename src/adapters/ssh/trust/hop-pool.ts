import { abortFailure } from '../../../core/errors.js';
import type { Connection } from '../connection.js';

interface Shared {
  readonly opening: Promise<Connection>;
  readonly abort: AbortController;
  users: number;
}

/** Connections to jump hosts, shared by all devices behind them and closed when the last of those has gone. */
export class HopPool {
  readonly #open = new Map<string, Shared>();

  /**
   * The connection of that key, opened where there is none. Aborting ends the wait of this caller; the opening itself
   * ends with its last waiter. `close` of what it answers releases it.
   */
  async use(key: string, open: (signal: AbortSignal) => Promise<Connection>, signal: AbortSignal): Promise<Connection> {
    if (signal.aborted) throw abortFailure(signal);
    const shared = this.#open.get(key) ?? this.#begin(key, open);
    shared.users += 1;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      if (this.#open.get(key) === shared) this.#open.delete(key);
      shared.abort.abort();
      shared.opening.then(
        (connection) => connection.close(),
        () => undefined,
      );
    };
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(abortFailure(signal));
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      const { client } = await Promise.race([shared.opening, aborted]);
      return { client, close: release };
    } catch (error) {
      release();
      throw error;
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  }

  #begin(key: string, open: (signal: AbortSignal) => Promise<Connection>): Shared {
    const abort = new AbortController();
    const opening = open(abort.signal);
    const shared: Shared = { opening, abort, users: 0 };
    const forget = (): void => {
      if (this.#open.get(key) === shared) this.#open.delete(key);
    };
    opening.then(({ client }) => client.once('close', forget), forget);
    this.#open.set(key, shared);
    return shared;
  }
}
