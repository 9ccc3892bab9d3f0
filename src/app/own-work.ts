import type { AwaitedRecord } from '../ports/awaited-work.js';
import type { Redactor } from '../core/redact.js';
import { cleanText } from '../core/untrusted.js';

/** One word for a record. */
export const keyOf = ({ id, device }: Pick<AwaitedRecord, 'id' | 'device'>): string => `${id}\n${device}`;

/** Work of this very server that outlasts its calls, and what watched changes said last. */
export class OwnWork {
  readonly #redactor: Redactor;
  readonly #progress = new Map<string, string>();
  readonly #going = new Set<Promise<void>>();

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Keeps what was said of a change, without secrets. */
  told(key: string, message: string): void {
    this.#progress.set(key, this.#redactor.redact(cleanText(message)));
  }

  /** What was said of it last. */
  last(key: string): string | undefined {
    return this.#progress.get(key);
  }

  /** The change has ended. */
  forget(key: string): void {
    this.#progress.delete(key);
  }

  /** Notes that something goes on; it never rejects. */
  goesOn(work: Promise<void>): void {
    this.#going.add(work);
    void work.finally(() => this.#going.delete(work));
  }

  /** Resolves when nothing goes on: whether anything did. */
  async idle(): Promise<boolean> {
    const any = this.#going.size > 0;
    while (this.#going.size > 0) await Promise.race(this.#going);
    return any;
  }
}
