import { createHmac } from 'node:crypto';
import { matchesList } from './patterns.js';

/** One key of a known_hosts file. */
export interface KnownKey {
  /** `ssh-ed25519` and the like, as the file has it. */
  readonly type: string;
  /** The key's SSH wire form in canonical base64. */
  readonly base64: string;
  readonly marker?: 'revoked' | 'cert-authority' | undefined;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

interface Hashed {
  readonly salt: Uint8Array;
  readonly hash: string;
  readonly key: KnownKey;
}

const keyLine = /^(?:(@\S+)\s+)?(\S+)\s+([A-Za-z0-9@._-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s|$)/;
const hashedName = /^\|1\|([A-Za-z0-9+/]{27}=)\|([A-Za-z0-9+/]{27}=)$/;

/** The name under which known_hosts lists a host: plain at port 22, else `[host]:port`. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

/** The hashed form of a name, as `HashKnownHosts` writes it. */
export function hashName(name: string, salt: Uint8Array): string {
  return `|1|${Buffer.from(salt).toString('base64')}|${hmac(name, salt)}`;
}

function hmac(name: string, salt: Uint8Array): string {
  return createHmac('sha1', salt).update(name).digest('base64');
}

/** The keys of one known_hosts text, found by name. Plain names cost one lookup, however long the file is. */
export class KnownHosts {
  readonly file: string;
  /** Lines that are neither keys nor comments; they are ignored, as OpenSSH does. */
  readonly brokenLines: number[] = [];
  readonly #plain = new Map<string, KnownKey[]>();
  readonly #patterns: { readonly patterns: readonly string[]; readonly key: KnownKey }[] = [];
  readonly #hashed: Hashed[] = [];
  readonly #found = new Map<string, readonly KnownKey[]>();
  #lines = 0;

  constructor(text: string, file: string) {
    this.file = file;
    this.append(text);
  }

  /** Adds text that follows what was parsed so far; it begins at the start of a line. */
  append(text: string): void {
    this.#found.clear();
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      this.#lines += 1;
      this.#parse(line.trim());
    }
  }

  /** Every key listed for a name (see `knownHostsName`), revoked ones and authorities included, in the file's order. */
  find(name: string): readonly KnownKey[] {
    let found = this.#found.get(name);
    if (found === undefined) {
      found = [
        ...(this.#plain.get(name) ?? []),
        ...this.#patterns.filter(({ patterns }) => matchesList(patterns, name)).map(({ key }) => key),
        ...this.#hashed.filter(({ salt, hash }) => hmac(name, salt) === hash).map(({ key }) => key),
      ].sort((a, b) => a.line - b.line);
      this.#found.set(name, found);
    }
    return found;
  }

  #parse(line: string): void {
    if (line === '' || line.startsWith('#')) return;
    const [, marker, names = '', type = '', base64 = ''] = keyLine.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if ((marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') || keyTypeOf(bytes) !== type) {
      this.brokenLines.push(this.#lines);
      return;
    }
    const key: KnownKey = {
      type,
      base64: bytes.toString('base64'),
      marker: marker === undefined ? undefined : marker === '@revoked' ? 'revoked' : 'cert-authority',
      file: this.file,
      line: this.#lines,
    };
    if (names.startsWith('|')) {
      const [, salt, hash] = hashedName.exec(names) ?? [];
      if (salt === undefined || hash === undefined) this.brokenLines.push(this.#lines);
      else this.#hashed.push({ salt: Buffer.from(salt, 'base64'), hash, key });
      return;
    }
    const patterns = names.toLowerCase().split(',');
    if (/[*?!]/.test(names)) {
      this.#patterns.push({ patterns, key });
      return;
    }
    for (const name of new Set(patterns)) {
      const keys = this.#plain.get(name);
      if (keys === undefined) this.#plain.set(name, [key]);
      else keys.push(key);
    }
  }
}

/** The type that a key's SSH wire form names, or undefined where the bytes are no key. */
export function keyTypeOf(key: Uint8Array): string | undefined {
  if (key.length < 5) return undefined;
  const length = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0);
  return length === 0 || 4 + length >= key.length
    ? undefined
    : Buffer.from(key.buffer, key.byteOffset + 4, length).toString('latin1');
}
