const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

/** The bytes of base64, also of one in lines; undefined where it is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  const letters = text.replace(/\s+/g, '').replace(/={1,2}$/, '');
  if (letters.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of letters) {
    const value = values.get(letter);
    if (value === undefined) return undefined;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}

/** Bytes as base64, in one line. */
export function base64Of(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const held = (a << 16) | (b << 8) | c;
    const word = [18, 12, 6, 0].map((shift) => alphabet[(held >> shift) & 63] ?? '').join('');
    const left = bytes.length - at;
    words.push(left >= 3 ? word : word.slice(0, left + 1).padEnd(4, '='));
  }
  return words.join('');
}
