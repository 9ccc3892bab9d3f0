const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:hf|ghp|gho|ghs|github_pat|glpat|sk|xox[abp])[-_][A-Za-z0-9_-]{16,}\b/g,
  /\bnvapi-[A-Za-z0-9_-]{16,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/g,
];
/** `DB_PASSWORD=x`, `"api_key": "x y"`, `\"token\": \"x\"` inside a JSON message, `--password x`. */
const assigned =
  /((?:\b[A-Za-z0-9_]*|--)(?:password|passwd|passphrase|pwd|secret(?:_[a-z_]*key)?|api[_-]?key|auth[_-]?token|access[_-]?token|token)\\?["']?(?:\s*[=:]\s*|(?<=--[a-z-]*)\s+))(?:\\?(["'])(?:(?!\\?\2)[^\n]){1,200}\\?\2|[^\s"',;\\]{3,})/gi;
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9+/_=.-]{8,}/g;
const userInUrl = /\b(https?:\/\/)[^\s/:@?#]+@/gi;
const credentialsInUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]+@/gi;

/** `?token=x`, `&X-Amz-Signature=x` of an address: whoever has it has what it opens. */
const secretQuery =
  /([?&;](?:[\w.-]|%2d|%5f)*(?:token|sig|signature|key|apikey|password|passwd|pwd|secret|credentials?|auth|authorization|jwt)(?:[-_.]?id)?=)[^&;#\s"'<>]+/gi;
/** Names of variables and fields whose values are secret. */
const secretName =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secrets?|tokens?|credentials?|(?:api|access|auth|private|secret|encryption|license|signing)[_-]?keys?|apikeys?|auth|jwt|dsn)(?:$|[_.-](?:key|value|id|base64|b64|\d+)$)/i;
const camel = /([a-z0-9])([A-Z])/g;
/** What a shell puts in for it: the words name a secret, and do not hold it. */
const expansion = /(["']?)(?:\$(?:\([^)\n]*\)|\{[^}\n]*\}|\w+)|`[^`\n]*`)\1/g;

/** Whether a field or variable of this name holds a secret: `DB_PASSWORD`, `apiKey`. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.replace(camel, '$1_$2'));
}

/** Whether an address holds a user's name or password, or a secret among the values behind its `?`. */
export function holdsSecret(address: string): boolean {
  return address.search(secretQuery) !== -1 || /^[a-z]+:\/\/[^/?#]*@/i.test(address);
}

/** Whether words of a command hold what looks like a credential. What only names one, as `$TOKEN`, is none. */
export function showsSecret(line: string): boolean {
  const plain = line.replace(expansion, 'x');
  return new Redactor().redact(plain) !== plain;
}

export const redactedMark = '[redacted]';
/** A shorter secret would tear holes into ordinary words; it is still kept out of argv and logs by never being put there. */
const shortestSecret = 3;
/** Such a one may be an ordinary word (`nano`, `nvidia`): it counts only where it stands by itself, not inside a name. */
const ordinaryWord = /^[A-Za-z]{1,7}$/;

function patternOf(secret: string): string {
  const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return ordinaryWord.test(secret) ? `(?<![\\w./-])${escaped}(?![\\w./-])` : escaped;
}

/** What in a piece of data is ours: single words of its schema, and fields that hold sentences of ours. */
export interface OwnWords {
  isWord(text: string): boolean;
  isSentence(field: string): boolean;
}

const foreign: OwnWords = { isWord: () => false, isSentence: () => false };

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

  /** Text of ours, with the secrets it was told taken out. What only looks like a credential stays. */
  redactKnown(text: string): string {
    if (this.#secrets.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#secrets]
        .sort((a, b) => b.length - a.length)
        .map(patternOf)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, redactedMark);
  }

  /** The same value with the secrets it was told taken out of every string in it, but for names of fields. Plain data only. */
  redactKnownDeep<T>(value: T): T {
    return this.#deep(value, { isWord: () => true, isSentence: () => true }, true) as T;
  }

  /** Text that others wrote, with every secret replaced by a mark. */
  redact(text: string): string {
    let out = this.redactKnown(text);
    if (out.length < 8) return out;
    for (const shape of shapes) out = out.replace(shape, redactedMark);
    return out
      .replace(bearer, `$1 ${redactedMark}`)
      .replace(credentialsInUrl, `$1:${redactedMark}@`)
      .replace(userInUrl, `$1${redactedMark}@`)
      .replace(secretQuery, `$1${redactedMark}`)
      .replace(assigned, `$1${redactedMark}`);
  }

  /** The same value with every string in it redacted, but for what `own` says is ours. Plain data only. */
  redactDeep<T>(value: T, own: OwnWords = foreign): T {
    return this.#deep(value, own, false) as T;
  }

  #deep(value: unknown, own: OwnWords, ourSentence: boolean): unknown {
    if (typeof value === 'string') return ourSentence ? this.redactKnown(value) : this.#word(value, own);
    if (Array.isArray(value)) return value.map((item) => this.#deep(item, own, ourSentence));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [this.#word(key, own), this.#deep(item, own, own.isSentence(key))]),
      );
    }
    return value;
  }

  #word(text: string, own: OwnWords): string {
    const clean = this.redact(text);
    return clean === text || own.isWord(text) ? text : clean;
  }
}
