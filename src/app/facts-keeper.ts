import type { DeviceEntry, DeviceFacts } from '../core/device.js';
import { addressOf, type KeptFacts } from '../core/kept-facts.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Store } from '../ports/store.js';

/** The same facts are kept again after that, so that their age in the store tells; others not sooner than after a minute. */
const renewAfterMs = 3_600_000;
const leastMs = 60_000;
/** Whoever asked has the answer by then, and what many devices report at once is written at once. */
const waitMs = 1_000;

export interface KeeperParts {
  readonly facts: Store['facts'];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps what devices report of themselves beyond this process. No call waits for it, and none fails for it. */
export class FactsKeeper {
  readonly #parts: KeeperParts;
  readonly #last = new Map<string, { readonly words: string; readonly atMs: number }>();
  readonly #waiting = new Map<string, KeptFacts>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** A device has reported its facts. They are written a little later, where they are worth it. */
  reported(entry: DeviceEntry, facts: DeviceFacts): void {
    const device = entry.name;
    const address = addressOf(entry);
    const words = JSON.stringify([address, facts]);
    const atMs = this.#parts.clock.now();
    const last = this.#last.get(device);
    if (last !== undefined && atMs - last.atMs < (words === last.words ? renewAfterMs : leastMs)) return;
    this.#last.set(device, { words, atMs });
    this.#waiting.set(device, { device, address, facts, atMs });
    this.#timer ??= setTimeout(() => void this.flush(), waitMs).unref();
  }

  /** Writes what waits to be written. Never rejects: where the store fails, the log says so. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const reported = [...this.#waiting.values()];
    this.#waiting.clear();
    if (reported.length === 0) return;
    try {
      await this.#parts.facts.put(reported);
    } catch (error) {
      this.#parts.logger.log('warn', 'what devices reported could not be kept', { error });
    }
  }
}
