import { Failure } from '../../core/errors.js';

export interface WatcherOptions {
  /** The content behind a URI as text; rejects where it cannot be had. */
  readonly read: (uri: string, signal: AbortSignal) => Promise<string>;
  readonly onChange: (uri: string) => void;
  readonly intervalMs: number;
}

const atOnce = 16;

/**
 * Looks at resources for as long as somebody subscribes to them, and says which ones changed. Becoming unreadable,
 * and readable again, is a change too. Nothing is read while nobody subscribes.
 */
export class ResourceWatcher {
  readonly #options: WatcherOptions;
  readonly #subscribers = new Map<string, number>();
  readonly #seen = new Map<string, string>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #reading = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** One more subscriber of a URI. */
  add(uri: string): void {
    this.#subscribers.set(uri, (this.#subscribers.get(uri) ?? 0) + 1);
    this.#schedule(0);
  }

  /** One subscriber less; harmless where there is none. */
  remove(uri: string): void {
    const left = (this.#subscribers.get(uri) ?? 0) - 1;
    if (left > 0) {
      this.#subscribers.set(uri, left);
      return;
    }
    this.#subscribers.delete(uri);
    this.#seen.delete(uri);
    if (this.#subscribers.size === 0) this.#unschedule();
  }

  has(uri: string): boolean {
    return this.#subscribers.has(uri);
  }

  /** Ends all reading for good. */
  close(): void {
    this.#subscribers.clear();
    this.#unschedule();
    this.#stop.abort(new Failure('cancelled', 'The server is closing.'));
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined || this.#reading || this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#round(), delayMs);
    this.#timer.unref();
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #round(): Promise<void> {
    this.#timer = undefined;
    this.#reading = true;
    const queue = [...this.#subscribers.keys()];
    const lane = async (): Promise<void> => {
      for (let uri = queue.shift(); uri !== undefined; uri = queue.shift()) await this.#look(uri);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    this.#reading = false;
    if (this.#subscribers.size > 0) this.#schedule(this.#options.intervalMs);
  }

  async #look(uri: string): Promise<void> {
    const now = await this.#options.read(uri, this.#stop.signal).then(
      (text) => `=${text}`,
      (error: unknown) => `!${error instanceof Failure ? error.kind : 'internal'}`,
    );
    if (!this.#subscribers.has(uri)) return;
    const before = this.#seen.get(uri);
    this.#seen.set(uri, now);
    if (before !== undefined && before !== now) this.#options.onChange(uri);
  }
}
