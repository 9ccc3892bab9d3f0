import { constants, type Stats } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../core/errors.js';
import { replaceFile, syncFolder } from './replace-file.js';

const ownerOnly = 0o077;
const writableByOthers = 0o022;

/** Makes a folder that is ours alone. */
export async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await stat(path);
  if (!found.isDirectory() || isForeign(found)) throw refused(path, 'belongs to another user of this machine');
  if ((found.mode & ownerOnly) !== 0 && process.platform !== 'win32') await chmod(path, 0o700);
}

/** Opens a file that is ours: no link, no other user's, not writable by others. Undefined where there is none. */
export async function openPrivate(path: string, flags: number): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    // NONBLOCK keeps a pipe in the file's place from hanging us. Windows has neither: both are undefined there, which adds nothing.
    handle = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw refused(path, 'is a link', error);
    throw error;
  }
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw refused(path, 'is no file');
    if (isForeign(found)) throw refused(path, 'belongs to another user of this machine');
    if ((found.mode & writableByOthers) !== 0 && process.platform !== 'win32')
      throw refused(path, 'is writable by other users of this machine');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The text of a file of ours; undefined where there is none. */
export async function readPrivate(path: string): Promise<string | undefined> {
  const handle = await openPrivate(path, constants.O_RDONLY);
  try {
    return await handle?.readFile('utf8');
  } finally {
    await handle?.close();
  }
}

/**
 * Replaces a file of ours as a whole. After a power cut there is the new text (`new`), the new one or the one before (`either`), or
 * perhaps none (`any`).
 */
export async function writePrivate(
  path: string,
  text: string,
  afterPowerCut: 'new' | 'either' | 'any' = 'new',
): Promise<void> {
  await replaceFile(path, text, afterPowerCut !== 'any');
  if (afterPowerCut === 'new') await syncFolder(dirname(path));
}

function isForeign({ uid }: Stats): boolean {
  return process.getuid !== undefined && uid !== process.getuid();
}

function refused(path: string, what: string, cause?: unknown): Failure {
  return new Failure('not_allowed', `${path} ${what}, so jetfleet does not use it.`, {
    hint: 'See how it came there, remove it, and try again.',
    retry: 'no',
    cause,
  });
}
