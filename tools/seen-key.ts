import { Failure } from '../src/core/errors.js';
import type { SeenHostKey } from '../src/ports/fleet.js';
import type { Member } from '../src/ports/tool.js';

const fingerprintPattern = /^SHA256:[A-Za-z0-9+/]{43}$/;
/** What a board says of itself is shown only where it looks like the serials NVIDIA gives. */
const serialPattern = /^\d{8,20}$/;
const knownTypes = /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))$/;

/** Fingerprints as ssh-keygen prints them; some programs add the `=` of base64. */
export function plainFingerprint(text: string): string {
  return text.trim().replace(/=$/, '');
}

/** The key an address shows now, as something that can be pinned. */
export async function seenKey(member: Member, signal: AbortSignal): Promise<SeenHostKey> {
  const seen = await member.device.hostKey(signal);
  const fingerprint = plainFingerprint(seen.fingerprint);
  if (fingerprintPattern.test(fingerprint)) return { ...seen, fingerprint };
  throw new Failure('unparseable', 'The host key shown has no SHA256 fingerprint.', { retry: 'no' });
}

/** `ssh-ed25519 key` */
export function typeWords({ type }: SeenHostKey): string {
  return knownTypes.test(type) ? `${type} key` : 'key of a type that is not known here';
}

const trustWords: Readonly<Record<SeenHostKey['trust'], string>> = {
  trusted: 'this key was trusted already',
  unknown: 'no key was trusted for it',
  changed: 'ANOTHER key was trusted for it: right after a reflash, otherwise somebody may sit in between',
};

/** What of the key a person weighs: whether it replaces another, and what the board says its serial is. */
export function evidence(seen: SeenHostKey, member: Member): string {
  const known = member.state?.facts.serial;
  const { serial } = seen;
  const told =
    serial === undefined
      ? []
      : known === undefined
        ? `the board says its serial is ${serialPattern.test(serial) ? serial : 'one that no Jetson has'}, and none is known to compare`
        : serial === known
          ? 'the board says it has the serial known of this device, which proves nothing'
          : 'the board says it has ANOTHER SERIAL than the one known of this device';
  return [trustWords[seen.trust], told].flat().join('; ');
}
