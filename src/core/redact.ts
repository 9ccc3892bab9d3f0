const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:hf|ghp|gho|ghs|github_pat|glpat|sk|xox[abp])[-_][A-Za-z0-9_-]{16,}\b/g,
  /\bnvapi-[A-Za-z0-9_-]{16,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/g,
];
const assigned =
  /\b((?:[A-Za-z0-9_]*(?:password|passwd|passphrase|secret|api[_-]?key|token))["']?\s*[=:]\s*)(["']?)[^\s"',;]{3,}\2/gi;
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9+/_=.-]{8,}/g;
const credentialsInUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;

export const redactedMark = '[redacted]';
/** A shorter secret would tear holes into ordinary words; it is still kept out of argv and logs by never being put there. */
const shortestSecret = 3;

/** Takes secrets out of text: those it was told, wherever they stand, and what looks like a credential. */
export class Redactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Makes a secret known, in its plain and its JSON form. Several lines are known line by line too. */
  add(secret: string): void {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), ...secret.split('\n')]) {
      if (form.trim().length >= shortestSecret && !this.#secrets.has(form)) {
        this.#secrets.add(form);
        this.#pattern = undefined;
      }
    }
  }

  /** The text with every secret replaced by a mark. */
  redact(text: string): string {
    let out = text;
    if (this.#secrets.size > 0) {
      this.#pattern ??= new RegExp(
        [...this.#secrets]
          .sort((a, b) => b.length - a.length)
          .map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('|'),
        'g',
      );
      out = out.replace(this.#pattern, redactedMark);
    }
    if (out.length < 8) return out;
    for (const shape of shapes) out = out.replace(shape, redactedMark);
    return out
      .replace(bearer, `$1 ${redactedMark}`)
      .replace(credentialsInUrl, `$1:${redactedMark}@`)
      .replace(assigned, `$1${redactedMark}`);
  }

  /** The same value with every string in it, keys included, redacted. Plain data only. */
  redactDeep<T>(value: T): T {
    return this.#deep(value) as T;
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (Array.isArray(value)) return value.map((item) => this.#deep(item));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.redact(key), this.#deep(item)]));
    }
    return value;
  }
}
