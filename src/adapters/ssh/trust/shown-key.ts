import { createHash } from 'node:crypto';
import { hostKeyTypes } from './host-key-algorithms.js';
import { keyTypeOf } from './known-hosts.js';

/** A key that a server has shown. */
export interface ShownKey {
  readonly type: string;
  readonly base64: string;
  /** `SHA256:` and the digest in base64 without padding, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}

/** Reads a key's SSH wire form. A type that is not of the closed list of `hostKeyTypes` is not told further. */
export function shownKey(key: Uint8Array): ShownKey {
  const type = keyTypeOf(key) ?? '';
  return {
    type: hostKeyTypes.includes(type) ? type : 'unknown',
    base64: Buffer.from(key).toString('base64'),
    fingerprint: fingerprintOf(key),
  };
}

/** The SHA256 fingerprint of a key's SSH wire form. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
