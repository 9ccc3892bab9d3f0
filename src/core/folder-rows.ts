import { z } from 'zod';
import { octal } from './file-piece.js';
import { isoOfMs } from './iso-time.js';
import { present } from './linux/present.js';
import { dataChars, firstThatFit } from './probes/fitting.js';
import { notReadData } from './probes/not-read.js';
import { cleanName } from './untrusted.js';

/** Rows that one answer holds; who asks for more gets a longer one. */
export const usualRows = 50;

/** What file_list answers. */
export const folderData = z.object({
  path: z.string(),
  entries: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['file', 'directory', 'link', 'other']),
      sizeBytes: z.number(),
      mode: z.string(),
      owner: z.string().describe('uid:gid'),
      modifiedAt: z.string().optional(),
    }),
  ),
  notRead: notReadData.optional(),
});
export type Folder = z.output<typeof folderData>;

interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
}

/** The first entries of a folder, as many as are asked for and fit into an answer. */
export function folderRows(path: string, entries: readonly Entry[], limit: number): Folder {
  const rows = entries.slice(0, limit).map(({ name, kind, sizeBytes, mode, uid, gid, modifiedMs }) =>
    present({
      name: cleanName(name, 255),
      kind,
      sizeBytes,
      mode: octal(mode),
      owner: `${uid}:${gid}`,
      modifiedAt: isoOfMs(modifiedMs),
    }),
  );
  const shown = firstThatFit(rows, dataChars * Math.ceil(limit / usualRows));
  const why = 'the folder has more than this answer shows; list its sub-folders, or raise limit';
  return { path, entries: shown, ...(shown.length < entries.length && { notRead: [{ what: 'more entries', why }] }) };
}
