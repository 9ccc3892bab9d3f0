import type ssh2 from 'ssh2';
import type { FileCopy } from '../../../core/step.js';
import type { DeviceFiles, FileEntry, FileStat } from '../../../ports/files.js';
import type { Channels } from './channels.js';
import { SftpChannel } from './sftp-channel.js';
import { copied, putPiece } from './sftp-copy.js';
import { isAbsent, isEnd, keepsWaiting, notADirectory, notAFile, pathRefused } from './sftp-failures.js';

/** More entries than this are not looked at: sorting needs all of them in memory. */
const maxEntries = 20_000;
const chunkBytes = 256 * 1024;
/** Files of the kernel say that they are empty, and some keep a reader waiting for ever. */
const kernelFileMs = 5_000;

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

/** Files of one device, over one SFTP channel that all calls share. Writing takes a command, as SFTP knows no sudo; copies are the login user's. */
export class Sftp implements Omit<DeviceFiles, 'write' | 'endCopy'> {
  readonly #channel: SftpChannel;

  /** `endRemote` ends what serves the channels on the device, where closing them does not; it never rejects. */
  constructor(channels: Channels, endRemote: () => Promise<void>) {
    this.#channel = new SftpChannel(channels, endRemote);
  }

  async stat(path: string, signal: AbortSignal): Promise<FileStat> {
    checkPath(path);
    return this.#channel.use(signal, async (sftp, call) => statOf(await call((done) => sftp.lstat(path, done))));
  }

  async read(
    path: string,
    range: { readonly offset: number; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    checkPath(path);
    return this.#channel.use(signal, async (sftp, call) => {
      const { kind, sizeBytes } = statOf(await call<ssh2.Attributes>((done) => sftp.stat(path, done)));
      if (kind !== 'file') throw notAFile(kind);
      const patience = sizeBytes === 0 ? patienceOf(kernelFileMs, signal) : undefined;
      const chunks: Buffer[] = [];
      let length = 0;
      let handle: Buffer | undefined;
      try {
        const opened = await call<Buffer>((done) => sftp.open(path, 'r', done), patience?.signal);
        handle = opened;
        while (length < range.maxBytes) {
          const size = Math.min(chunkBytes, range.maxBytes - length);
          const chunk = Buffer.allocUnsafe(size);
          const position = range.offset + length;
          const count = await call<number>(
            (done) => sftp.read(opened, chunk, 0, size, position, done),
            patience?.signal,
          );
          if (count === 0) break;
          chunks.push(chunk.subarray(0, count));
          length += count;
        }
      } catch (error) {
        // What such a file had to say until then is its content.
        if (length === 0 || patience?.isOver() !== true) throw error;
      } finally {
        patience?.end();
        if (handle) sftp.close(handle, () => undefined);
      }
      return new Uint8Array(Buffer.concat(chunks));
    });
  }

  async list(path: string, limit: number, signal: AbortSignal): Promise<readonly FileEntry[]> {
    checkPath(path);
    return this.#channel.use(signal, async (sftp, call) => {
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

  async realPath(path: string, signal: AbortSignal): Promise<string> {
    checkPath(path);
    return this.#channel.use(signal, async (sftp, call) => {
      const real = (each: string): Promise<string> => call<string>((done) => sftp.realpath(each, done));
      try {
        return await real(path);
      } catch (error) {
        // OpenSSH resolves a last name that does not exist; other servers want all of the path to be there.
        const [, folder, name] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
        if (!isAbsent(error) || folder === undefined || name === undefined || /^\.{1,2}$/.test(name)) throw error;
        const there = await call<ssh2.Attributes>((done) => sftp.lstat(path, done)).catch(() => undefined);
        // A link that leads nowhere: its own name is not where a file would be written.
        if (there !== undefined) throw error;
        const above = await real(folder === '' ? '/' : folder);
        return `${above === '/' ? '' : above}/${name}`;
      }
    });
  }

  copied(copy: FileCopy, signal: AbortSignal): Promise<number> {
    return copied(this.#channel, copy, signal);
  }

  putPiece(copy: FileCopy, offset: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    return putPiece(this.#channel, copy, offset, bytes, signal);
  }

  /** Gives the channel back. The next call opens another. */
  close(): void {
    this.#channel.close();
  }
}

/** A signal that aborts with the call's, or when the patience with a file of the kernel is over. */
function patienceOf(ms: number, signal: AbortSignal): { readonly signal: AbortSignal; isOver(): boolean; end(): void } {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(keepsWaiting()), ms);
  return {
    signal: AbortSignal.any([signal, over.signal]),
    isOver: () => over.signal.aborted,
    end: () => clearTimeout(timer),
  };
}

function checkPath(path: string): void {
  if (!path.startsWith('/') || path.includes('\0')) throw pathRefused();
}

function endOfList(error: unknown): undefined {
  if (!isEnd(error)) throw error as Error;
}
