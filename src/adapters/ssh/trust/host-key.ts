import type { Failure } from '../../../core/errors.js';
import {
  authorityOnly,
  changedKey,
  notThePinnedKey,
  notTrustedYet,
  otherTypeListed,
  revokedKey,
  unknownKey,
} from './host-key-refusals.js';
import type { HostTrust } from './host-trust.js';
import type { KnownKey } from './known-hosts.js';
import type { ShownKey } from './shown-key.js';

export type HostKeyVerdict =
  | { readonly trusted: true; readonly because: 'listed' | 'pinned' }
  /** To be written to known_hosts once the server has proved that it owns the key. */
  | { readonly trusted: true; readonly because: 'new' }
  | { readonly trusted: false; readonly failure: Failure };

/** Decides about a key. A revoked key is refused under every policy; nothing listed is ever overruled by `accept-new`. */
export function judgeHostKey(key: ShownKey, trust: HostTrust): HostKeyVerdict {
  const { policy, listed, listedWithoutPort } = trust;
  const isShown = (each: KnownKey): boolean => each.base64 === key.base64;
  const refuse = (failure: Failure): HostKeyVerdict => ({ trusted: false, failure });

  const revoked = [...listed, ...listedWithoutPort].find((each) => each.marker === 'revoked' && isShown(each));
  if (revoked !== undefined) return refuse(revokedKey(key, revoked));
  if (typeof policy === 'object') {
    return policy.fingerprint.replace(/=+$/, '') === key.fingerprint
      ? { trusted: true, because: 'pinned' }
      : refuse(notThePinnedKey(key, policy.fingerprint));
  }
  if (policy === 'none') return refuse(notTrustedYet(key));
  const plain = listed.filter((each) => each.marker === undefined);
  if (plain.some(isShown)) return { trusted: true, because: 'listed' };
  const sameType = plain.find((each) => each.type === key.type);
  if (sameType !== undefined) return refuse(changedKey(key, sameType, trust));
  const [other] = plain;
  if (other !== undefined) return refuse(otherTypeListed(key, other, trust));
  if (listedWithoutPort.some((each) => each.marker === undefined && isShown(each))) {
    return { trusted: true, because: 'listed' };
  }
  const authority = listed.find((each) => each.marker === 'cert-authority');
  if (authority !== undefined) return refuse(authorityOnly(key, authority, trust));
  return policy === 'accept-new' ? { trusted: true, because: 'new' } : refuse(unknownKey(key, trust));
}

/** Where a device stands with a key it shows. Throws the refusal of a revoked one, which nobody may trust. */
export function standingOf(key: ShownKey, trust: HostTrust): 'trusted' | 'unknown' | 'changed' {
  const verdict = judgeHostKey(key, trust);
  if (verdict.trusted) return verdict.because === 'new' ? 'unknown' : 'trusted';
  const known = [...trust.listed, ...trust.listedWithoutPort];
  const isShown = (each: KnownKey): boolean => each.base64 === key.base64;
  if (known.some((each) => each.marker === 'revoked' && isShown(each))) throw verdict.failure;
  if (typeof trust.policy === 'object') return 'changed';
  const plain = trust.listed.filter((each) => each.marker === undefined);
  return plain.length > 0 && !plain.some(isShown) ? 'changed' : 'unknown';
}
