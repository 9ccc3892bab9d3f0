import { z } from 'zod';
import { base64Of } from './base64.js';
import { isoOfMs } from './iso-time.js';
import { present } from './linux/present.js';
import { isText, textPiece } from './utf8-piece.js';

/** What file_read answers. */
export const filePieceData = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  mode: z.string().describe('Octal.'),
  modifiedAt: z.string().optional().describe("On the device's clock."),
  encoding: z.enum(['text', 'base64']),
  content: z.string(),
  offset: z.number(),
  nextOffset: z.number().optional().describe('Where the rest begins; absent at the end.'),
});
export type FilePiece = z.output<typeof filePieceData>;

/** Permission bits as people write them. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

interface Facts {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly modifiedMs: number;
}

/** A piece of a file: text where it is text a reader can see, else base64. Characters stay whole. */
export function filePiece(
  { path, sizeBytes, mode, modifiedMs }: Facts,
  bytes: Uint8Array,
  { offset, maxBytes, encoding }: { offset: number; maxBytes: number; encoding: 'auto' | 'text' | 'base64' },
): FilePiece {
  // Files of the kernel say that they are empty: there only a short read tells the end.
  const last = sizeBytes > 0 ? offset + bytes.length >= sizeBytes : bytes.length < maxBytes;
  const piece = textPiece(bytes, { first: offset === 0, last });
  const asText = encoding === 'text' || (encoding === 'auto' && isText(bytes.subarray(piece.skipped, piece.used)));
  const next = offset + (asText ? piece.used : bytes.length);
  return present({
    path,
    sizeBytes,
    mode: octal(mode),
    modifiedAt: isoOfMs(modifiedMs),
    encoding: asText ? ('text' as const) : ('base64' as const),
    content: asText ? piece.text : base64Of(bytes),
    offset: asText ? offset + piece.skipped : offset,
    nextOffset: last || bytes.length === 0 ? undefined : next,
  });
}
