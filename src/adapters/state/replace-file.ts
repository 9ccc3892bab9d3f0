import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../core/errors.js';

const ownerReadsAndWrites = 0o600;

/**
 * Puts a new file in the place of one, or of none, all of it or nothing: a disk that takes only a part leaves what was there.
 * With `sync` it lasts over a power cut.
 */
export async function replaceFile(path: string, text: string, sync: boolean): Promise<void> {
  const bytes = Buffer.from(text);
  const fresh = `${path}.${randomUUID()}.new`;
  try {
    const handle = await open(fresh, 'wx', ownerReadsAndWrites);
    try {
      await handle.writeFile(bytes);
      if ((await handle.stat()).size !== bytes.length) throw Object.assign(new Error('cut'), { code: 'ENOSPC' });
      if (sync) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw isFull(error) ? diskFull(path, error) : error;
  }
}

/** Makes new names in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** No room, on the disk or for this user. */
function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function diskFull(path: string, cause: unknown): Failure {
  return new Failure('not_allowed', `The disk of this machine that holds ${path} is full; the file is as it was.`, {
    hint: `Make room on the disk of ${dirname(path)}, then call again.`,
    retry: 'no',
    cause,
  });
}
