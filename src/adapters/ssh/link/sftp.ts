import { setMaxListeners } from 'node:events';
import type ssh2 from 'ssh2';
import { abortFailure, Failure } from '../../../core/errors.js';
import type { DeviceFiles, FileEntry, FileStat } from '../../../ports/files.js';
import type { Channels } from './channels.js';
import { LinkLost } from './link-failures.js';
import { isEnd, noSftp, notADirectory, notAFile, pathRefused, sftpFailure } from './sftp-failures.js';
import { untilAborted } from './until-aborted.js';

/** Unused for this long, the channel is given back. */
const idleMs = 5_000;
/** More entries than this are not looked at: sorting needs all of them in memory. */
const maxEntries = 20_000;
const chunkBytes = 256 * 1024;

/** `S_IFMT` and the kinds in it. */
const kinds: Readonly<Record<number, FileStat['kind']>> = { 0o100000: 'file', 0o040000: 'directory', 0o120000: 'link' };

function statOf(attributes: ssh2.Attributes): FileStat {
  return {
    kind: kinds[attributes.mode & 0o170000] ?? 'other',
    sizeBytes: attributes.size,
    mode: attributes.mode & 0o7777,
    uid: attributes.uid,
    gid: attributes.gid,
    modifiedMs: attributes.mtime * 1000,
  };
}

type Callback<T> = (error: Error | null | undefined, value: T) => void;

/** Files of one device, over one SFTP channel that all calls share. */
export class Sftp implements DeviceFiles {
  readonly #channels: Channels;
  #opening: Promise<ssh2.SFTPWrapper> | undefined;
  #gone = new AbortController();
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(channels: Channels) {
    this.#channels = channels;
    channels.budget.onStarved(() => this.#makeRoom());
  }

  async stat(path: string, signal: AbortSignal): Promise<FileStat> {
    checkPath(path);
    return this.#use(signal, async (sftp, call) => statOf(await call((done) => sftp.lstat(path, done))));
  }

  async read(
    path: string,
    range: { readonly offset: number; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    checkPath(path);
    return this.#use(signal, async (sftp, call) => {
      const { kind } = statOf(await call<ssh2.Attributes>((done) => sftp.stat(path, done)));
      if (kind !== 'file') throw notAFile(kind);
      const handle = await call<Buffer>((done) => sftp.open(path, 'r', done));
      try {
        const chunks: Buffer[] = [];
        let length = 0;
        while (length < range.maxBytes) {
          const size = Math.min(chunkBytes, range.maxBytes - length);
          const chunk = Buffer.allocUnsafe(size);
          const position = range.offset + length;
          const count = await call<number>((done) => sftp.read(handle, chunk, 0, size, position, done));
          if (count === 0) break;
          chunks.push(chunk.subarray(0, count));
          length += count;
        }
        return new Uint8Array(Buffer.concat(chunks));
      } finally {
        sftp.close(handle, () => undefined);
      }
    });
  }

  async list(path: string, limit: number, signal: AbortSignal): Promise<readonly FileEntry[]> {
    checkPath(path);
    return this.#use(signal, async (sftp, call) => {
      const handle = await call<Buffer>((done) => sftp.opendir(path, done)).catch(async (error: unknown) => {
        // For a path that is there and no directory, sshd says that it is not there.
        const { kind } = statOf(await call<ssh2.Attributes>((done) => sftp.stat(path, done)));
        throw kind === 'directory' ? error : notADirectory();
      });
      try {
        const entries: FileEntry[] = [];
        while (entries.length < maxEntries) {
          const batch = await call<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(handle, done)).catch(endOfList);
          if (batch === undefined) break;
          entries.push(...batch.map(({ filename, attrs }) => ({ name: filename, ...statOf(attrs) })));
        }
        const shown = entries.filter(({ name }) => name !== '.' && name !== '..');
        return shown.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
      } finally {
        sftp.close(handle, () => undefined);
      }
    });
  }

  /** Gives the channel back. The next call opens another. */
  close(): void {
    clearTimeout(this.#idle);
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.then(
      (sftp) => sftp.end(),
      () => undefined,
    );
  }

  async #use<T>(
    signal: AbortSignal,
    work: (sftp: ssh2.SFTPWrapper, call: <R>(operate: (done: Callback<R>) => unknown) => Promise<R>) => Promise<T>,
  ): Promise<T> {
    if (signal.aborted) throw abortFailure(signal);
    this.#users += 1;
    clearTimeout(this.#idle);
    try {
      const sftp = await untilAborted(this.#open(), signal);
      const lost = this.#gone.signal;
      const call = <R>(operate: (done: Callback<R>) => unknown): Promise<R> =>
        // A request that is made after the channel has closed is never answered: `lost` answers for it.
        untilAborted(
          untilAborted(
            new Promise<R>((resolve, reject) => operate((error, value) => (error ? reject(error) : resolve(value)))),
            lost,
          ),
          signal,
        );
      return await work(sftp, call);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw this.#gone.signal.aborted ? new LinkLost(false, error) : sftpFailure(error);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => this.close(), idleMs).unref();
      this.#makeRoom();
    }
  }

  /** One channel for all callers; one that goes away does not stop it for the others. */
  #open(): Promise<ssh2.SFTPWrapper> {
    if (this.#opening !== undefined) return this.#opening;
    const gone = new AbortController();
    setMaxListeners(0, gone.signal);
    this.#gone = gone;
    const opening = this.#channels.sftp(new AbortController().signal).then(
      (sftp) => {
        const end = (): void => {
          gone.abort(new LinkLost(false));
          if (this.#opening === opening) this.#opening = undefined;
        };
        sftp.on('close', end);
        sftp.on('error', end);
        return sftp;
      },
      (error: unknown) => {
        if (this.#opening === opening) this.#opening = undefined;
        if (error instanceof Failure && error.kind === 'unsupported') throw noSftp(error);
        throw error;
      },
    );
    this.#opening = opening;
    return opening;
  }

  #makeRoom(): void {
    if (this.#users === 0 && this.#opening !== undefined && this.#channels.budget.starved) this.close();
  }
}

function checkPath(path: string): void {
  if (!path.startsWith('/') || path.includes('\0')) throw pathRefused();
}

function endOfList(error: unknown): undefined {
  if (!isEnd(error)) throw error as Error;
}
