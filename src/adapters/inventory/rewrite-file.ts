import { mkdir, readFile, realpath, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { abortFailure, Failure } from '../../core/errors.js';
import { codeOf } from './read-problem.js';
import { replaceFile } from './replace-file.js';

/** A lock that was not renewed for this long was left by a server that was killed. */
const staleMs = 5000;
/** Longer than a killed server's lock lives, so that its file is edited in the same call. */
const patienceMs = 10_000;
const longestPauseMs = 200;
/** Far more than lies between a look at a lock and its removal, far less than its renewal. */
const takeOverMs = 100;
const clockSlackMs = 1000;
/** As often as that somebody else, who takes no lock, may have saved the file meanwhile. */
const attempts = 5;

/**
 * Rewrites a file, atomically and under a lock that all servers take. `change` gets what the file holds at that moment
 * (undefined where there is none) and returns what it is to hold; what it throws is passed on, and nothing is written.
 * Mode and owner stay; of a link it is the file behind it that changes.
 */
export async function rewriteFile(
  path: string,
  change: (text: string | undefined) => string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await targetOf(path);
    const lock = await locked(file, signal);
    try {
      for (let left = attempts; left > 0; left--) if (await rewritten(file, change, lock, signal)) return;
      throw new Failure('timeout', 'The fleet file changes all the time; nothing was written.', { retry: 'yes' });
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw error instanceof Failure || codeOf(error) === '' ? error : fileFailure(error);
  }
}

/** Whether it was written: not where the file became another between reading and writing. */
async function rewritten(
  file: string,
  change: (text: string | undefined) => string,
  lock: Lock,
  signal: AbortSignal,
): Promise<boolean> {
  const before = await contentOf(file);
  const after = change(before === undefined ? undefined : textOf(before));
  if (signal.aborted) throw abortFailure(signal);
  const now = await contentOf(file);
  if (lock.lost()) throw busy();
  if (before === undefined ? now !== undefined : now?.equals(before) !== true) return false;
  await replaceFile(file, after);
  return true;
}

interface Lock {
  /** Another server has taken it for stale: this one was suspended, say. */
  lost(): boolean;
  release(): Promise<void>;
}

async function locked(file: string, signal: AbortSignal): Promise<Lock> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (signal.aborted) throw abortFailure(signal);
    const left = await renewedAt(file);
    let lost = false;
    try {
      const options = { realpath: false, stale: staleMs, onCompromised: () => void (lost = true) };
      const release = await lockfile.lock(file, options);
      if (left === undefined || Date.now() - left < staleMs - clockSlackMs || (await isStillOurs(file))) {
        return { lost: () => lost, release: () => release().catch(() => undefined) };
      }
    } catch (error) {
      if (codeOf(error) !== 'ELOCKED') throw error;
      if (Date.now() > end) throw busy();
    }
    // An abort only ends the pause: the loop says what it means.
    await wait(Math.random() * longestPauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** When the lock of a file was taken or renewed last; undefined where there is none. */
async function renewedAt(file: string): Promise<number | undefined> {
  return await stat(`${file}.lock`).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/**
 * Of several servers that see a dead one's lock, the slower may remove what the faster has just put in its place, and both
 * would think they have it. So the faster looks again once the slower had its time.
 */
async function isStillOurs(file: string): Promise<boolean> {
  const ours = await renewedAt(file);
  await wait(takeOverMs);
  return ours !== undefined && (await renewedAt(file)) === ours;
}

function busy(): Failure {
  return new Failure('timeout', 'Another jetfleet server is editing the fleet file.', {
    hint: 'Try again; nothing was written.',
    retry: 'yes',
  });
}

/** The file itself, so that all servers lock the same, whatever links they come by. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    if ((await readlink(path).catch(() => undefined)) !== undefined) {
      throw new Failure('unsupported', 'The fleet file is a link that leads nowhere.', {
        hint: 'The user puts a file in its place, or where it leads to.',
        retry: 'no',
      });
    }
    return join(await realpath(dirname(path)), basename(path));
  }
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    if (!(await stat(file)).isFile()) throw Object.assign(new Error('not a plain file'), { code: 'ENOTSUP' });
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** What is not UTF-8 would be written as something else than it was. */
function textOf(content: Buffer): string {
  const text = content.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(content)) return text;
  throw new Failure('unsupported', 'The fleet file holds characters that are not UTF-8.', {
    hint: 'The user saves it as UTF-8.',
    retry: 'no',
  });
}

function fileFailure(cause: unknown): Failure {
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(cause)))
    return new Failure('not_allowed', 'The disk that holds the fleet file is full; the file is as it was.', {
      hint: 'The user makes room on that disk of the machine that jetfleet runs on, then call again.',
      retry: 'no',
      cause,
    });
  const denied = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(cause));
  const message = denied
    ? 'The fleet file, or its folder, may not be written.'
    : 'The fleet file could not be written.';
  const hint = denied
    ? 'The user gives the right to write, or edits the file by hand.'
    : 'Look at its path and its disk.';
  return new Failure(denied ? 'not_allowed' : 'unsupported', message, { hint, retry: 'no', cause });
}
