import { constants } from 'node:fs';
import { type FileHandle, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../../core/canonical-json.js';
import { type ChainHead, type ChainLink, lineOf, recordAfter } from '../../../core/audit/chain.js';
import type { AuditEntry, AuditNote } from '../../../core/audit/entry.js';
import { Failure } from '../../../core/errors.js';
import { isoOfMs } from '../../../core/iso-time.js';
import { sha256 } from '../../../core/sha256.js';
import type { AuditLog } from '../../../ports/audit-log.js';
import type { Clock } from '../../../ports/clock.js';
import { FileLock, type StillHeld } from '../file-lock.js';
import { openPrivate, privateFolder } from '../private-files.js';
import { syncFolder } from '../replace-file.js';
import {
  type AuditPlaces,
  currentName,
  lockPath,
  rotatedName,
  rotatedNumbers,
  tailOf,
  writeHead,
} from './audit-files.js';
import { newestPlace } from './newest-place.js';

export interface JsonlAuditLogOptions extends AuditPlaces {
  readonly clock: Clock;
  /** A file that would grow past this is put aside, never removed. */
  readonly maxBytes?: number;
}

interface Waiting {
  readonly entries: readonly AuditEntry[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const defaultMaxBytes = 10 * 1024 * 1024;
const appending = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/**
 * The audit log: a JSON record on each line, each bearing the hash of the one before. The newest hash is kept a second
 * time elsewhere (the head), so that a log that was cut off shows. It tells of accidents and of edits; who rewrites the log and
 * the head together, with every hash, goes unseen.
 */
export class JsonlAuditLog implements AuditLog {
  readonly #options: JsonlAuditLogOptions;
  readonly #lock: FileLock;
  readonly #current: string;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(options: JsonlAuditLogOptions) {
    this.#options = options;
    this.#lock = new FileLock(lockPath(options));
    this.#current = join(options.folder, currentName);
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    // As they are now; and what is no JSON fails alone, not the group that it would be written with.
    const copies = JSON.parse(canonicalJson(entries)) as readonly AuditEntry[];
    await new Promise<void>((done, failed) => {
      this.#waiting.push({ entries: copies, done, failed });
      if (!this.#writing) void this.#writeAll();
    });
  }

  /** What comes while a group is being written makes up the next one: they share a lock and a sync. */
  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(group.flatMap(({ entries }) => entries));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(unrecorded(error, this.#options.folder));
      }
    }
    this.#writing = false;
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    const { folder, headPath } = this.#options;
    await privateFolder(folder);
    await privateFolder(dirname(headPath));
    await this.#lock.hold(async (held) => {
      const handle = await this.#open();
      try {
        await this.#append(handle, entries, held);
      } finally {
        await handle.close();
      }
    });
  }

  async #append(handle: FileHandle, entries: readonly AuditEntry[], held: StillHeld): Promise<void> {
    const { folder, headPath, maxBytes = defaultMaxBytes } = this.#options;
    const { size, fragment, line } = await tailOf(handle);
    const wholeBytes = size - fragment.length;
    const { place, headMissing } = await newestPlace(this.#options, handle, line);
    const notes: AuditNote[] = [];
    if (fragment.length > 0) notes.push({ event: 'torn_line', bytes: fragment.length, sha256: await sha256(fragment) });
    if (headMissing) notes.push({ event: 'head_missing' });
    const { data, last } = await this.#lines(place, [...notes, ...entries]);
    await held();
    // A line whose writer died was never answered for; nothing must be glued to it.
    if (fragment.length > 0) await handle.truncate(wholeBytes);
    if (wholeBytes === 0 || wholeBytes + data.length <= maxBytes) {
      await write(handle, data);
      if (size === 0) await syncFolder(folder);
      await writeHead(headPath, { ...last, rotated: place.rotated });
      return;
    }
    // Where a file begins, only the head tells what it follows: so the head must not be behind.
    await writeHead(headPath, place);
    const rotated = Math.max(place.rotated, (await rotatedNumbers(folder)).at(-1) ?? 0) + 1;
    await rename(this.#current, join(folder, rotatedName(rotated)));
    const next = await this.#open();
    try {
      await write(next, data);
    } finally {
      await next.close();
    }
    await syncFolder(folder);
    await writeHead(headPath, { ...last, rotated });
  }

  async #open(): Promise<FileHandle> {
    const handle = await openPrivate(this.#current, appending);
    if (handle === undefined) throw new Error('the folder is gone');
    return handle;
  }

  async #lines(
    place: ChainHead,
    entries: readonly (AuditEntry | AuditNote)[],
  ): Promise<{ data: string; last: ChainLink }> {
    const at = isoOfMs(this.#options.clock.now()) ?? '';
    let last: ChainLink = place;
    let data = '';
    for (const entry of entries) {
      const record = await recordAfter(last, entry, at);
      last = { seq: record.seq, chain: record.chain };
      data += `${lineOf(record)}\n`;
    }
    return { data, last };
  }
}

async function write(handle: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const { bytesWritten } = await handle.write(bytes);
  // A full disk takes a part; what it took is a torn line to the next append.
  if (bytesWritten !== bytes.length) throw new Error('the disk took only a part');
  await handle.datasync();
}

function unrecorded(error: unknown, folder: string): Failure {
  return new Failure('not_allowed', 'What cannot be recorded is not done, and the audit log cannot be written.', {
    hint:
      error instanceof Failure ? `${error.message} ${error.hint ?? ''}` : `Check the disk and the folder ${folder}.`,
    retry: error instanceof Failure ? error.retry : 'no',
    cause: error,
  });
}
