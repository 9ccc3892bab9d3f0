import { Failure } from '../../../core/errors.js';
import type { HostTrust } from './host-trust.js';
import type { KnownKey } from './known-hosts.js';
import { fingerprintOf, type ShownKey } from './shown-key.js';

const compare =
  'Read the true fingerprint at the board itself (monitor or serial console): `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`, or the file of the type named here.';

const shown = (key: ShownKey): string => `${key.type} key ${key.fingerprint}`;
const listedAt = (key: KnownKey): string =>
  `${key.file}:${String(key.line)} has the ${key.type} key ${fingerprintOf(Buffer.from(key.base64, 'base64'))}`;
const removal = (trust: HostTrust, file: string): string => `ssh-keygen -R ${quoted(trust.name)} -f ${quoted(file)}`;
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

function refusal(message: string, hint: string): Failure {
  return new Failure('not_allowed', message, { hint, retry: 'no' });
}

/** A key of a listed type, yet not the listed one. */
export function changedKey(key: ShownKey, listed: KnownKey, trust: HostTrust): Failure {
  return refusal(
    `The host key has changed: the host shows the ${shown(key)}, but ${listedAt(listed)}. ` +
      'The board may have been flashed again, or somebody may stand between; nothing was sent to it.',
    `${compare} If it is the one shown here, run \`${removal(trust, listed.file)}\` and connect once with \`ssh\` ` +
      '(or set hostKeys: accept-new). If it is not, do not connect.',
  );
}

/** The host no longer shows any key of a type that is listed. */
export function otherTypeListed(key: ShownKey, listed: KnownKey, trust: HostTrust): Failure {
  return refusal(
    `The host no longer shows a key that is known: it offers only the ${shown(key)}, but ${listedAt(listed)}. ` +
      'Its keys may have been made anew, or somebody may stand between; nothing was sent to it.',
    `${compare} If it is the one shown here, add it to ${trust.file}, or run \`${removal(trust, listed.file)}\` and ` +
      'connect once with `ssh`.',
  );
}

/** A host that no file lists, under the strict policy. */
export function unknownKey(key: ShownKey, trust: HostTrust): Failure {
  return refusal(
    `The host key is unknown: the host shows the ${shown(key)}, and known_hosts has no key for ${trust.name}.`,
    `${compare} Then trust it: call device_trust, which asks a person; or connect once with \`ssh\` and confirm it; or set ` +
      `hostKeys: { fingerprint: '${key.fingerprint}' } for this device; or set hostKeys: accept-new, which trusts ` +
      'whatever key a host shows first.',
  );
}

/** The key of a device that a client brought or moved, and that no person has pinned. */
export function notTrustedYet(key: ShownKey): Failure {
  return refusal(
    `A client added this device or changed its address, and no person has trusted its host key since: the host shows the ${shown(key)}. ` +
      'Nothing was sent to it.',
    `${compare} Then call device_trust, which asks a person and pins the key. Other trust of this machine (known_hosts, accept-new) does not count here.`,
  );
}

/** A key that is not the pinned one. */
export function notThePinnedKey(key: ShownKey, fingerprint: string): Failure {
  return refusal(
    `The host key is not the pinned one: the host shows the ${shown(key)}, the fleet file pins ${fingerprint}. ` +
      'The board may have been flashed again, or somebody may stand between; nothing was sent to it.',
    `${compare} If it is the one shown here, call device_trust, which asks a person, or write it to hostKeys.fingerprint of this device.`,
  );
}

/** A key that a line marked `@revoked` names. */
export function revokedKey(key: ShownKey, listed: KnownKey): Failure {
  return refusal(
    `The host key is revoked: the host shows the ${shown(key)}, which ${listed.file}:${String(listed.line)} marks @revoked.`,
    'Do not connect. Give the board new host keys at its console (`ssh-keygen -A` after removing the old ones).',
  );
}

/** A host that is known by a certificate authority alone. */
export function authorityOnly(key: ShownKey, authority: KnownKey, trust: HostTrust): Failure {
  return refusal(
    `The host is known only through a certificate authority (${authority.file}:${String(authority.line)}), and ` +
      `jetfleet cannot verify host certificates. The host's own key is the ${shown(key)}.`,
    `${compare} Then list the plain key too: add a line \`${trust.name} TYPE KEY\` of ` +
      '`/etc/ssh/ssh_host_ed25519_key.pub` to known_hosts, or pin it with hostKeys: { fingerprint }.',
  );
}

/** A new key that could not be written down, which would make every later key a new one. */
export function notRecorded(key: ShownKey, file: string, cause: unknown): Failure {
  return new Failure('not_allowed', `The host's new ${shown(key)} could not be written to ${file}.`, {
    hint: 'Make the file writable, or pin the key with hostKeys: { fingerprint }. An accepted key that is not recorded protects nothing.',
    retry: 'no',
    cause,
  });
}
