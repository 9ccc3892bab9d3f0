/** A well-formed public key that belongs to nobody, as known_hosts has it: type and base64. */
export function keyLine(type: string, seed: number): string {
  return `${type} ${keyBytes(type, seed).toString('base64')}`;
}

/** Its SSH wire form. */
export function keyBytes(type: string, seed: number): Buffer {
  return Buffer.concat([field(Buffer.from(type)), field(Buffer.alloc(32, seed))]);
}

/** The SSH wire form of a P-256 key with this uncompressed point. */
export function ecdsaKey(point: Buffer): Buffer {
  return Buffer.concat([field(Buffer.from('ecdsa-sha2-nistp256')), field(Buffer.from('nistp256')), field(point)]);
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
