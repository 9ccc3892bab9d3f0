import nodeFs from 'node:fs';
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { Failure } from '../../core/errors.js';

/** A lock that nobody kept fresh for so long belongs to a dead server. */
const staleMs = 10_000;
/** Longer than it takes to see that the lock's owner has died. */
const defaultPatienceMs = 15_000;
const longestPauseMs = 60;

/** Finds out whether the lock is still held; rejects where another process has taken it. */
export type StillHeld = () => Promise<void>;

/** One lock for all processes of a user: the folder `PATH.lock`. */
export class FileLock {
  readonly #path: string;
  readonly #patienceMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #acquiring = false;
  readonly #fs = {
    ...nodeFs,
    rmdir: (path: string, done: nodeFs.NoParamCallback): void => {
      if (this.#acquiring) removeStale(path).then(() => done(null), done);
      else nodeFs.rmdir(path, done);
    },
  };

  constructor(path: string, patienceMs = defaultPatienceMs) {
    this.#path = path;
    this.#patienceMs = patienceMs;
  }

  /** Does the work while no other process does any under this lock. What cannot be undone comes after a `StillHeld`. */
  hold<T>(work: (held: StillHeld) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#locked(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #locked<T>(work: (held: StillHeld) => Promise<T>): Promise<T> {
    const release = await this.#acquire();
    const mark = await this.#mark();
    const held = async (): Promise<void> => {
      if (mark !== undefined && (await this.#mark()) === mark) return;
      // A laptop that slept while it wrote, say.
      throw new Failure('timeout', 'jetfleet was held up while it wrote its state, and another server went on.', {
        hint: 'See what was done, then try again.',
        retry: 'check_first',
      });
    };
    try {
      await held();
      const result = await work(held);
      await held();
      return result;
    } finally {
      // What is another's by now stays.
      if ((await this.#mark()) === mark) await release().catch(() => undefined);
    }
  }

  async #acquire(): Promise<() => Promise<void>> {
    const untilMs = performance.now() + this.#patienceMs;
    for (let round = 1; ; round++) {
      this.#acquiring = true;
      try {
        return await lockfile.lock(this.#path, {
          realpath: false,
          stale: staleMs,
          fs: this.#fs,
          // Seen by StillHeld, where it matters.
          onCompromised: () => undefined,
        });
      } catch (error) {
        // proper-lockfile's own retries would also repeat what never gets better.
        if (codeOf(error) !== 'ELOCKED') throw error;
        if (performance.now() > untilMs)
          throw new Failure('timeout', "jetfleet's state is locked by another server.", {
            hint: 'Nothing was done. Try again; end servers that hang.',
            retry: 'yes',
            cause: error,
          });
      } finally {
        this.#acquiring = false;
      }
      await pause(1 + Math.random() * Math.min(longestPauseMs, 3 * round));
    }
  }

  async #mark(): Promise<string | undefined> {
    try {
      const { ino, birthtimeNs } = await stat(`${this.#path}.lock`, { bigint: true });
      return `${ino} ${birthtimeNs}`;
    } catch {
      return undefined;
    }
  }
}

/**
 * proper-lockfile looks how old a lock is and then removes what is there by then: of two that saw the same stale lock, the
 * slower one would remove what a third has just made. So one at a time looks again and removes.
 */
async function removeStale(path: string): Promise<void> {
  const turn = `${path}.stale`;
  try {
    await mkdir(turn);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (await isStale(turn)) await rmdir(turn).catch(() => undefined);
    throw locked();
  }
  try {
    if (!(await isStale(path))) throw locked();
    await rmdir(path);
  } finally {
    await rmdir(turn);
  }
}

function locked(): Error {
  return Object.assign(new Error('another takes the lock over'), { code: 'ELOCKED' });
}

/** What is gone is not stale. */
async function isStale(path: string): Promise<boolean> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs < Date.now() - staleMs,
    () => false,
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
