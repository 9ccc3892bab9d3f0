import { stat } from 'node:fs/promises';

/** What tells one version of a file from the next; the same word for every file that is not there. */
export async function fileStamp(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${String(mtimeMs)}:${String(size)}:${String(ino)}`;
  } catch {
    return 'absent';
  }
}
