import { asFailure } from '../core/reply/failures.js';
import type { AwaitedRecord } from '../ports/awaited-work.js';
import type { ChangeTool } from '../ports/tool.js';
import type { Ended } from './awaited-looks.js';
import type { AwaitedWatch } from './awaited-watch.js';

/**
 * The ends that one call saw of changes that are kept on disk. Their records are forgotten only when the call's own end is in the audit
 * log: a server that dies in between leaves them to the next one.
 */
export class Endings {
  readonly #watch: AwaitedWatch;
  readonly #onBug: (error: unknown) => string;
  readonly #seen: { readonly record: AwaitedRecord; readonly tool: ChangeTool; readonly ended: Ended }[] = [];
  #told: readonly string[] | undefined;

  constructor(watch: AwaitedWatch, onBug: (error: unknown) => string) {
    this.#watch = watch;
    this.#onBug = onBug;
  }

  /** An end as the call is about to tell it: its data, or it throws. */
  async tell(record: AwaitedRecord, tool: ChangeTool, ended: Ended): Promise<unknown> {
    if (this.#told === undefined) this.#seen.push({ record, tool, ended });
    // The call has answered already that it goes on.
    else await this.#watch.note(record, tool, ended);
    if ('failure' in ended) throw ended.failure;
    return ended.data;
  }

  /** The same of what was thrown. */
  async tellError(record: AwaitedRecord, tool: ChangeTool, error: unknown): Promise<unknown> {
    await this.tell(record, tool, { failure: asFailure(error, this.#onBug) }).catch(() => undefined);
    throw error;
  }

  /** The call's end is on record; of `unfinished` devices it has told that it goes on there. */
  async recorded(unfinished: readonly string[]): Promise<void> {
    this.#told = unfinished;
    for (const { record, tool, ended } of this.#seen)
      if (unfinished.includes(record.device)) await this.#watch.note(record, tool, ended);
      else await this.#watch.drop(record);
  }
}
