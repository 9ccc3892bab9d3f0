import type ssh2 from 'ssh2';
import type { KnownKey } from './known-hosts.js';

type Algorithm = ssh2.ServerHostKeyAlgorithm;

/** Each key type with the signature algorithms that prove it, best first. What is not here, ssh2 cannot verify. */
const algorithmsByType: ReadonlyMap<string, readonly Algorithm[]> = new Map<string, readonly Algorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
]);

/** The types of host key that can be verified, in the order they are asked for. */
export const hostKeyTypes: readonly string[] = [...algorithmsByType.keys()];

/**
 * The order in which host key algorithms are offered: those of listed keys first, as OpenSSH does, so that a server
 * with several keys shows one that is known.
 */
export function hostKeyAlgorithms(listed: readonly KnownKey[]): Algorithm[] {
  const known = new Set(listed.filter((key) => key.marker === undefined).map((key) => key.type));
  return [
    ...hostKeyTypes.filter((type) => known.has(type)),
    ...hostKeyTypes.filter((type) => !known.has(type)),
  ].flatMap(algorithmsOf);
}

/** The algorithms that prove one type of key. */
export function algorithmsOf(type: string): readonly Algorithm[] {
  return algorithmsByType.get(type) ?? [];
}
