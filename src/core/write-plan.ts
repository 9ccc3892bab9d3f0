import { z } from 'zod';
import { bytesOfBase64 } from './base64.js';
import { Failure } from './errors.js';
import type { FileWrite } from './step.js';
import { isText } from './utf8-piece.js';

/** What file_write answers. */
export const fileWriteData = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  sha256: z.string().describe('Of the file as read back.'),
  says: z.string(),
});
export type FileWriteData = z.output<typeof fileWriteData>;

/** Most bytes of a file that is written, or replaced. */
export const maxWriteBytes = 256 * 1024;

/** The bytes to write. Throws where none are given, or two kinds, or too many. */
export function contentOf({ text, base64 }: { text?: string | undefined; base64?: string | undefined }): Uint8Array {
  if ((text === undefined) === (base64 === undefined))
    throw new Failure('invalid_input', 'Give either text or base64: what the file is to hold.', { retry: 'yes' });
  const content = text === undefined ? bytesOfBase64(base64 ?? '') : new TextEncoder().encode(text);
  if (content === undefined)
    throw new Failure('invalid_input', 'base64 holds characters that are none.', { retry: 'yes' });
  if (content.length > maxWriteBytes)
    throw new Failure('invalid_input', `A file to write has ${maxWriteBytes / 1024} KiB at most.`, { retry: 'no' });
  return content;
}

/** What is there is larger than what is ever written. */
export function tooLargeToReplace(): Failure {
  return new Failure('invalid_input', 'The file there is too large to be compared before it is replaced.', {
    hint: 'Write under another name.',
    retry: 'no',
  });
}

/** What stands at the path now. */
export interface PresentFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Permission bits, where they could be read. */
  readonly mode?: number | undefined;
  /** Absent where only its hash was read. */
  readonly content?: Uint8Array | undefined;
}

const decoder = new TextDecoder();
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** How many lines differ between the first line that does and the last; undefined where one of both is no text. */
function changedLines(before: Uint8Array, after: Uint8Array): number | undefined {
  if (!isText(before) || !isText(after)) return undefined;
  const [old, now] = [before, after].map((bytes) => decoder.decode(bytes).split('\n'));
  if (old === undefined || now === undefined) return undefined;
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  return Math.max(old.length, now.length) - start - end;
}

/** Whether writing would change nothing. */
export function isWritten({ sha256, mode }: FileWrite, present: PresentFile | undefined): boolean {
  return present?.sha256 === sha256 && (mode === undefined || present.mode === mode);
}

/** What the write does here, in sizes and counts: never contents. */
export function writeSentence(write: FileWrite, present: PresentFile | undefined): string {
  const size = counted(write.content.length, 'byte');
  const who = write.sudo === true ? ' as root' : '';
  if (isWritten(write, present)) return 'The file holds exactly this already.';
  if (present === undefined) return `Makes a new file of ${size}${who}.`;
  if (present.sha256 === write.sha256) return `Changes the permissions of the file${who}; its content is this already.`;
  const lines = present.content && changedLines(present.content, write.content);
  const within = lines === undefined ? '' : ` Lines that change: ${lines}.`;
  return `Replaces a file of ${counted(present.sizeBytes, 'byte')} by one of ${size}${who}.${within} The old content is not kept.`;
}
