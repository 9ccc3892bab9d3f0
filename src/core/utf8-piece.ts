const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** How many bytes a character has that begins with this one; 1 for what begins none. */
function lengthOf(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 1;
}

/** A piece of a longer text that keeps characters whole. */
export interface TextPiece {
  readonly text: string;
  /** Bytes at its beginning that end a character of the piece before, and are left out. */
  readonly skipped: number;
  /** Bytes up to where the next piece begins. */
  readonly used: number;
}

/** Decodes a piece of UTF-8. A character that is cut at the end is left to the next piece, unless the text ends there. */
export function textPiece(bytes: Uint8Array, place: { readonly first: boolean; readonly last: boolean }): TextPiece {
  let skipped = 0;
  if (!place.first) while (skipped < 3 && isInside(bytes[skipped])) skipped++;
  let used = bytes.length;
  if (!place.last) {
    let start = bytes.length - 1;
    while (start > bytes.length - 4 && isInside(bytes[start])) start--;
    const first = bytes[start];
    const isCut = first !== undefined && start + lengthOf(first) > bytes.length;
    if (isCut && start > 0) used = start;
  }
  return { text: decoder.decode(bytes.subarray(Math.min(skipped, used), used)), skipped, used };
}

/** Whether bytes are text a reader can see: UTF-8 without control characters but tab, line ends and escape sequences. */
export function isText(bytes: Uint8Array): boolean {
  try {
    return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(strict.decode(bytes));
  } catch {
    return false;
  }
}
