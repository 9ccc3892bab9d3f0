import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { Failure } from '../../../core/errors.js';
import { fileStamp } from './file-stamp.js';

/** A key file, as far as it can be used. */
export type LoadedKey =
  | { readonly kind: 'private'; readonly key: ssh2.ParsedKey }
  /** Encrypted, or a bare public key: the agent may hold the rest. The public half is absent where none is found. */
  | { readonly kind: 'locked'; readonly publicKey: ssh2.ParsedKey | undefined; readonly encrypted: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Private key files. Each is read, and decrypted, once for all devices, and again when it changed. */
export class PrivateKeys {
  readonly #loaded = new Map<string, { readonly stamp: string; readonly key: Promise<LoadedKey> }>();

  /**
   * Reads a key file. `passphrase` is asked only where the file is encrypted; its failure is the caller's. A wrong one
   * rejects with `auth_failed`. Nothing is remembered of a call that rejects.
   */
  async load(path: string, passphrase: (() => Promise<string>) | undefined): Promise<LoadedKey> {
    const stamp = await fileStamp(path);
    if (stamp === 'absent') return { kind: 'missing' };
    // The same file with and without a passphrase are two answers.
    const id = `${passphrase === undefined ? 'plain' : 'opened'}:${path}`;
    const known = this.#loaded.get(id);
    if (known?.stamp === stamp) return known.key;
    const key = read(path, passphrase);
    this.#loaded.set(id, { stamp, key });
    key.catch(() => this.#loaded.delete(id));
    return key;
  }
}

async function read(path: string, passphrase: (() => Promise<string>) | undefined): Promise<LoadedKey> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return { kind: 'unusable', reason: 'cannot be read' };
  }
  const plain = parse(text);
  if (plain !== undefined) {
    return plain.isPrivateKey()
      ? { kind: 'private', key: plain }
      : { kind: 'locked', publicKey: plain, encrypted: false };
  }
  if (!isEncrypted(text)) {
    return { kind: 'unusable', reason: 'is not a private key of a kind that jetfleet can use (ed25519, ecdsa, rsa)' };
  }
  if (passphrase === undefined) {
    return { kind: 'locked', publicKey: await publicHalf(path, text), encrypted: true };
  }
  const key = parse(text, await passphrase());
  if (key?.isPrivateKey() !== true) {
    throw new Failure('auth_failed', 'The passphrase does not open the identity file.', {
      hint: 'Check `passphrase` of the device in the fleet file: it must name the secret of that very key.',
      retry: 'no',
    });
  }
  return { kind: 'private', key };
}

function parse(text: string, passphrase?: string): ssh2.ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(
    /BEGIN (?:ENCRYPTED )?PRIVATE KEY-/.test(text) ? fromPkcs8(text, passphrase) : text,
    passphrase,
  );
  return parsed instanceof Error ? undefined : parsed;
}

/** ssh2 reads only the older PEM forms and OpenSSH's own. */
function fromPkcs8(text: string, passphrase: string | undefined): string {
  try {
    const key = createPrivateKey({ key: text, format: 'pem', passphrase });
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  } catch {
    // Encrypted and no passphrase, or the wrong one.
  }
  return '';
}

function isEncrypted(text: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED PRIVATE KEY|^Encryption: aes/m.test(text)) return true;
  const cipher = openSshFields(text)?.[0];
  return cipher !== undefined && cipher.toString('latin1') !== 'none';
}

/** The public half of a key that is still encrypted: OpenSSH's own form has it in the clear, others have a file beside. */
async function publicHalf(path: string, text: string): Promise<ssh2.ParsedKey | undefined> {
  const inside = openSshFields(text)?.[3];
  const beside = inside ?? (await readFile(`${path}.pub`).catch(() => undefined));
  const parsed = beside === undefined ? undefined : ssh2.utils.parseKey(beside);
  return parsed instanceof Error ? undefined : parsed;
}

/** Cipher, KDF, its options and the public key of an `openssh-key-v1` file. */
function openSshFields(text: string): readonly Buffer[] | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  const fields: Buffer[] = [];
  let at = 'openssh-key-v1\0'.length;
  for (let index = 0; index < 4; index += 1) {
    // The number of keys stands between the options and the first public key.
    if (index === 3) at += 4;
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
