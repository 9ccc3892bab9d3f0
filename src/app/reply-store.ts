import { Failure } from '../core/errors.js';
import type { Reply } from '../core/reply/reply.js';

const mostKept = 32;

/** The pages of recent answers that did not fit at once, so that a cursor shows what was found then, not what is true now. */
export class ReplyStore {
  readonly #kept = new Map<string, { readonly tool: string; readonly pages: readonly Reply[] }>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** The first page; it carries a cursor where there are more. */
  keep(tool: string, pages: readonly Reply[]): Reply {
    const [first = { summary: { ok: 0, failed: 0, skipped: 0 } }] = pages;
    if (pages.length < 2) return first;
    const id = this.#newId();
    this.#kept.set(id, { tool, pages });
    for (const old of [...this.#kept.keys()].slice(0, -mostKept)) this.#kept.delete(old);
    return { ...first, nextCursor: `${id}.1` };
  }

  /** The page a cursor stands for. Throws `invalid_input` once it is gone, and for a cursor of another tool. */
  page(tool: string, cursor: string): Reply {
    const [id = '', number = ''] = cursor.split('.');
    const kept = this.#kept.get(id);
    const index = Number(number);
    const page = kept?.pages[index];
    if (kept !== undefined && kept.tool !== tool) {
      throw new Failure('invalid_input', `cursor: it belongs to an answer of ${kept.tool}.`, {
        hint: `Call ${kept.tool} with it.`,
      });
    }
    if (kept === undefined || page === undefined) {
      throw new Failure('invalid_input', 'cursor: the answer it belongs to is no longer kept.', {
        hint: 'Call the tool again without a cursor.',
        retry: 'yes',
      });
    }
    return index + 1 < kept.pages.length ? { ...page, nextCursor: `${id}.${index + 1}` } : page;
  }
}
