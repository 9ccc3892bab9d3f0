import { Failure } from '../core/errors.js';
import type { Reply } from '../core/reply/reply.js';

const mostKept = 32;

/** The pages of recent answers that did not fit at once, so that a cursor shows what was found then, not what is true now. */
export class ReplyStore {
  readonly #pages = new Map<string, readonly Reply[]>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** The first page; it carries a cursor where there are more. */
  keep(pages: readonly Reply[]): Reply {
    const [first = { summary: { ok: 0, failed: 0, skipped: 0 } }] = pages;
    if (pages.length < 2) return first;
    const id = this.#newId();
    this.#pages.set(id, pages);
    for (const old of [...this.#pages.keys()].slice(0, -mostKept)) this.#pages.delete(old);
    return { ...first, nextCursor: `${id}.1` };
  }

  /** The page a cursor stands for. Throws `invalid_input` once it is gone. */
  page(cursor: string): Reply {
    const [id = '', number = ''] = cursor.split('.');
    const pages = this.#pages.get(id);
    const index = Number(number);
    const page = pages?.[index];
    if (pages === undefined || page === undefined) {
      throw new Failure('invalid_input', 'cursor: the answer it belongs to is no longer kept.', {
        hint: 'Call the tool again without a cursor.',
        retry: 'yes',
      });
    }
    return index + 1 < pages.length ? { ...page, nextCursor: `${id}.${index + 1}` } : page;
  }
}
