import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

/** An SSH key pair of a simulated device or of a simulated client. */
export interface KeyPair {
  /** The private key in OpenSSH's own format. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA...`, as a line of known_hosts or authorized_keys has it. */
  readonly publicKey: string;
  /** `SHA256:...` as ssh-keygen prints it. */
  readonly fingerprint: string;
}

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const blockBytes = 8;

function field(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The ed25519 key pair of a seed, encoded here because ssh2's own generator writes a malformed key now and then. Whoever
 * knows the seed knows the key: good for simulated devices, and for nothing else.
 */
export function keyPairOf(seed: string): KeyPair {
  const secret = createHash('sha256').update(seed).digest();
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: 'der', type: 'pkcs8' });
  const point = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
  const blob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  const check = secret.subarray(0, 4);
  const inner = [check, check, blob, field(Buffer.concat([secret, point])), field('jetfleet-simulator')];
  const length = inner.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.from(
    Array.from({ length: (blockBytes - (length % blockBytes)) % blockBytes }, (_, index) => index + 1),
  );
  const count = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    count,
    field(blob),
    field(Buffer.concat([...inner, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `ssh-ed25519 ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  };
}
