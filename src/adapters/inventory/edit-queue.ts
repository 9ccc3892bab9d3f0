import { Failure } from '../../core/errors.js';
import type { InventoryEdit } from '../../core/inventory-edit.js';

type Apply = (edits: readonly InventoryEdit[], signal: AbortSignal) => Promise<void>;

interface Waiting {
  readonly edits: readonly InventoryEdit[];
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Edits in turn. Those of one call that wait together are done in one writing, since reading a large file costs more than
 * any edit; where one of them does not fit, each is done by itself, so that only that one fails.
 */
export class EditQueue {
  readonly #apply: Apply;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(apply: Apply) {
    this.#apply = apply;
  }

  /** All of these edits or none. */
  add(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ edits, signal, resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    // What is asked for in the same turn of the event loop waits together.
    await Promise.resolve();
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const { signal } = first;
      const others = this.#waiting.findIndex((each) => each.signal !== signal);
      await this.#together(this.#waiting.splice(0, others < 0 ? this.#waiting.length : others), signal);
    }
    this.#busy = false;
  }

  async #together(group: readonly Waiting[], signal: AbortSignal): Promise<void> {
    try {
      await this.#apply(
        group.flatMap(({ edits }) => edits),
        signal,
      );
      for (const { resolve } of group) resolve();
    } catch (error) {
      const isOfOne = error instanceof Failure && (error.kind === 'invalid_input' || error.kind === 'unsupported');
      if (isOfOne && group.length > 1) for (const each of group) await this.#together([each], signal);
      else for (const { reject } of group) reject(error);
    }
  }
}
