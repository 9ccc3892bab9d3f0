import type { SudoRefusal } from './link-failures.js';

/** What to do after some bytes of standard error. */
export type SudoStep = 'wait' | 'send_password' | { readonly started: Buffer } | { readonly refused: SudoRefusal };

/** sudo's own words before the command runs: lecture, PAM messages. */
const maxChatterBytes = 64 * 1024;

/**
 * Follows sudo's standard error until the supervisor inside says that it runs. A password is sent only when sudo asks
 * for it, and once: sudo asks again after a wrong one, and every wrong one counts towards a lockout.
 */
export class SudoStart {
  readonly #mark: Buffer;
  readonly #prompt: Buffer;
  readonly #hasPassword: boolean;
  #seen = Buffer.alloc(0);
  #asked = false;

  constructor(mark: string, prompt: string, hasPassword: boolean) {
    this.#mark = Buffer.from(`${mark}\n`);
    this.#prompt = Buffer.from(prompt);
    this.#hasPassword = hasPassword;
  }

  add(chunk: Buffer): SudoStep {
    this.#seen = Buffer.concat([this.#seen, chunk]);
    const started = this.#seen.indexOf(this.#mark);
    if (started >= 0) return { started: this.#seen.subarray(started + this.#mark.length) };
    const prompt = this.#seen.indexOf(this.#prompt);
    if (prompt >= 0) {
      this.#seen = this.#seen.subarray(prompt + this.#prompt.length);
      if (this.#asked) return { refused: 'wrong_password' };
      this.#asked = true;
      return this.#hasPassword ? 'send_password' : { refused: 'no_password' };
    }
    return this.#seen.length > maxChatterBytes ? { refused: 'refused' } : 'wait';
  }

  /** Why sudo ended without starting anything. */
  ended(): SudoRefusal {
    return this.#asked ? 'wrong_password' : 'refused';
  }
}
