import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, failureKinds } from '../../core/errors.js';
import type { AwaitedRecord, AwaitedWork } from '../../ports/awaited-work.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import { FileLock } from './file-lock.js';
import { privateFolder, readPrivate, writePrivate } from './private-files.js';

/** Nobody but us writes these files; a step that is none of ours is refused by the guard. */
const isStep = (value: unknown): boolean => typeof value === 'object' && value !== null;
type AwaitedStep = NonNullable<AwaitedRecord['awaits']['afterwards']>[number];

const recordSchema = z.strictObject({
  id: z.string(),
  device: z.string(),
  tool: z.string(),
  effect: z.enum(['read', 'change', 'disrupt']),
  asker: z.strictObject({ user: z.string(), client: z.string() }),
  awaits: z.strictObject({
    state: z.record(z.string(), z.unknown()),
    says: z.string(),
    restarts: z.boolean().optional(),
    outlives: z.boolean().optional(),
    queues: z.boolean().optional(),
    afterwards: z.array(z.custom<AwaitedStep>(isStep)).optional(),
    patienceMs: z.number(),
    overdue: z.strictObject({ message: z.string(), hint: z.string() }),
  }),
  startedAtMs: z.number(),
  state: z.enum(['planned', 'acting', 'awaiting', 'ended']),
  outcome: z
    .union([
      z.strictObject({ data: z.unknown() }),
      z.strictObject({
        failure: z.strictObject({
          kind: z.enum(failureKinds),
          message: z.string(),
          hint: z.string().optional(),
          retry: z.enum(['yes', 'check_first', 'no']).optional(),
        }),
      }),
    ])
    .optional(),
});
const fileSchema = z.strictObject({ version: z.literal(1), writtenAtMs: z.number(), record: recordSchema });
const leaseSchema = z.strictObject({ owner: z.string(), untilMs: z.number() });

type Written = z.output<typeof fileSchema>;

/** So long after its end a change can still be asked about. */
const rememberedMs = 7 * 86_400_000;
/** A lease lasts a little longer than it was asked for. */
const grantedTimes = 1.25;

export interface FileAwaitedWorkOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Unfinished changes, a file each, with a lease beside it while a server sees one through. */
export class FileAwaitedWork implements AwaitedWork {
  readonly #options: FileAwaitedWorkOptions;
  readonly #owner = randomUUID();
  readonly #leases: FileLock;
  /** Files of which the log was told; they are looked at again and again. */
  readonly #told = new Set<string>();
  /** Until when, by the path of the lease. */
  readonly #granted = new Map<string, number>();

  constructor(options: FileAwaitedWorkOptions) {
    this.#options = options;
    this.#leases = new FileLock(join(options.folder, 'leases'));
  }

  async put(record: AwaitedRecord): Promise<void> {
    const written = { version: 1, writtenAtMs: this.#options.clock.now(), record };
    await this.#guarded(async () => {
      await privateFolder(this.#options.folder);
      await writePrivate(this.#recordPath(record.id, record.device), `${JSON.stringify(written)}\n`);
    });
  }

  async get(id: string, device: string): Promise<AwaitedRecord | undefined> {
    return await this.#guarded(async () => (await this.#read(this.#recordPath(id, device)))?.record);
  }

  async remove(id: string, device: string): Promise<void> {
    await this.#guarded(() => this.#remove(id, device));
  }

  async list(): Promise<readonly AwaitedRecord[]> {
    return await this.#guarded(async () => {
      const { folder, clock } = this.#options;
      const records: AwaitedRecord[] = [];
      for (const name of await namesIn(folder)) {
        const written = name.endsWith('.json') ? await this.#read(join(folder, name)) : undefined;
        if (written === undefined) continue;
        const { record, writtenAtMs } = written;
        if (record.state !== 'ended' || clock.now() <= writtenAtMs + rememberedMs) records.push(record);
        else await this.#remove(record.id, record.device);
      }
      return records.sort((a, b) => a.startedAtMs - b.startedAtMs);
    });
  }

  async claim(id: string, device: string, leaseMs: number): Promise<boolean> {
    const path = this.#leasePath(id, device);
    const { clock } = this.#options;
    // Whoever watches asks every moment: what it was granted beyond its wish spares the disk.
    if (clock.now() + leaseMs <= (this.#granted.get(path) ?? 0)) return true;
    return await this.#guarded(async () => {
      await privateFolder(this.#options.folder);
      return await this.#leases.hold(async (held) => {
        const lease = await readLease(path);
        const nowMs = clock.now();
        if (lease && lease.owner !== this.#owner && nowMs < lease.untilMs) return false;
        const untilMs = nowMs + leaseMs * grantedTimes;
        await held();
        // No server outlives a power cut.
        await writePrivate(path, JSON.stringify({ owner: this.#owner, untilMs }), 'any');
        this.#granted.set(path, untilMs);
        return true;
      });
    });
  }

  async release(id: string, device: string): Promise<void> {
    const path = this.#leasePath(id, device);
    this.#granted.delete(path);
    await this.#guarded(async () => {
      if ((await readLease(path)) === undefined) return;
      await this.#leases.hold(async (held) => {
        if ((await readLease(path))?.owner !== this.#owner) return;
        await held();
        await rm(path, { force: true });
      });
    });
  }

  async #remove(id: string, device: string): Promise<void> {
    const lease = this.#leasePath(id, device);
    this.#granted.delete(lease);
    await rm(this.#recordPath(id, device), { force: true });
    await rm(lease, { force: true });
  }

  /** A file that cannot be read as a record is left where it is, for a person to see, and counts as none. */
  async #read(path: string): Promise<Written | undefined> {
    try {
      const text = await readPrivate(path);
      if (text === undefined) return undefined;
      const written = fileSchema.parse(JSON.parse(text));
      const { id, device } = written.record;
      if (this.#recordPath(id, device) !== path) throw new Error('the record belongs to another name');
      return written;
    } catch (error) {
      if (!this.#told.has(path))
        this.#options.logger.log('warn', 'The record of an unfinished change cannot be read.', { file: path, error });
      this.#told.add(path);
      return undefined;
    }
  }

  #recordPath(id: string, device: string): string {
    return join(this.#options.folder, `${safe(id)}.${safe(device)}.json`);
  }

  #leasePath(id: string, device: string): string {
    return join(this.#options.folder, `${safe(id)}.${safe(device)}.lease`);
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const { folder } = this.#options;
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure('not_allowed', 'The records of unfinished changes cannot be used.', {
        hint: `Check the disk and the folder ${folder}.`,
        retry: 'no',
        cause: error,
      });
    }
  }
}

/** There is no folder before the first record. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Leases are replaced as a whole; one that is not as it was written is from nobody. */
async function readLease(path: string): Promise<z.output<typeof leaseSchema> | undefined> {
  try {
    return leaseSchema.parse(JSON.parse((await readPrivate(path)) ?? ''));
  } catch {
    return undefined;
  }
}

/** Part of a file name. Capitals too are written as numbers, since some file systems take `A` for `a`. */
function safe(text: string): string {
  return text.replace(/[^a-z0-9_-]/gu, (char) => `~${char.codePointAt(0)?.toString(16) ?? ''}~`);
}
