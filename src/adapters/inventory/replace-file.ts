import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './read-problem.js';

/**
 * Puts a new file in the place of one, or of none, all of it or nothing: a disk that takes only a part leaves what was there.
 * Mode and owner stay; where there was none, it is its owner's alone.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const before = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const fresh = `${path}.${randomUUID()}.new`;
  try {
    const handle = await open(fresh, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      if ((await handle.stat()).size !== bytes.length) throw Object.assign(new Error('cut'), { code: 'ENOSPC' });
      if (before !== undefined && process.platform !== 'win32') await giveAs(before, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
  // The edit is done by now: where the folder cannot be flushed, a power cut leaves either file, and both are whole.
  await syncFolder(dirname(path)).catch(() => undefined);
}

/** The owner first: a change of owner may take bits away, and the group must not read for a moment what is not its own. */
async function giveAs({ uid, gid, mode }: Stats, handle: FileHandle): Promise<void> {
  const now = await handle.stat();
  if (now.uid !== uid || now.gid !== gid) await handle.chown(uid, gid);
  await handle.chmod(mode & 0o7777);
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
