import { Failure } from '../../src/core/errors.js';
import { sha256 } from '../../src/core/sha256.js';
import type { FileCopy, FileWrite } from '../../src/core/step.js';
import type { DeviceFiles, FileEntry, FileStat } from '../../src/ports/files.js';
import { stands, type FakeBoard } from './fake-board.js';

const changedSince = (): Failure => new Failure('command_failed', 'The file is not as it was.', { retry: 'no' });
const nothingThere = (): Failure => new Failure('invalid_input', 'There is nothing at this path.');

/** The files of a fake board. `begin` is called before everything, `onWrite` with each write that fits. */
export class FakeFiles implements DeviceFiles {
  readonly #board: () => FakeBoard;
  readonly #begin: (signal: AbortSignal) => Promise<void>;
  readonly #onWrite: (write: FileWrite) => void;

  constructor(
    board: () => FakeBoard,
    begin: (signal: AbortSignal) => Promise<void>,
    onWrite: (write: FileWrite) => void,
  ) {
    this.#board = board;
    this.#begin = begin;
    this.#onWrite = onWrite;
  }

  async stat(path: string, signal: AbortSignal): Promise<FileStat> {
    await this.#begin(signal);
    return this.#statNow(path);
  }

  async read(path: string, range: { offset: number; maxBytes: number }, signal: AbortSignal): Promise<Uint8Array> {
    await this.#begin(signal);
    if (this.#board().denied?.includes(path))
      throw new Failure('not_allowed', 'The login user may not read this file.');
    if (this.#statNow(path).kind !== 'file') throw new Failure('invalid_input', 'This is not a regular file.');
    const text = this.#board().files?.[path] ?? '';
    return new TextEncoder().encode(text).slice(range.offset, range.offset + range.maxBytes);
  }

  async list(path: string, limit: number, signal: AbortSignal): Promise<readonly FileEntry[]> {
    await this.#begin(signal);
    const under = path.endsWith('/') ? path : `${path}/`;
    const { files = {}, denied = [] } = this.#board();
    const inside = [...Object.keys(files), ...denied].filter((file) => file.startsWith(under));
    const names = [...new Set(inside.map((file) => file.slice(under.length).split('/')[0] ?? ''))].sort();
    return names.slice(0, limit).map((name) => ({ name, ...this.#statNow(`${under}${name}`) }));
  }

  async realPath(path: string, signal: AbortSignal): Promise<string> {
    await this.#begin(signal);
    const { links = {} } = this.#board();
    const link = Object.keys(links).find((each) => path === each || path.startsWith(`${each}/`));
    return link === undefined ? path : `${links[link] ?? ''}${path.slice(link.length)}`;
  }

  async write(write: FileWrite, signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    const { files = {}, links = {}, denied = [] } = this.#board();
    const { path, replaces, content } = write;
    if (denied.includes(path)) throw new Failure('command_failed', 'A right is missing.', { retry: 'no' });
    if (path in links) throw new Failure('command_failed', 'That path is a link.', { retry: 'no' });
    if ((await sha256(content)) !== write.sha256) throw new Failure('command_failed', 'The content is not as planned.');
    const old = files[path];
    const found = old === undefined ? null : await sha256(old);
    if (replaces !== undefined && replaces !== found) throw changedSince();
    this.#onWrite(write);
  }

  /** Parts of copies, by the path they are for. */
  readonly parts = new Map<string, Uint8Array>();

  async copied(copy: FileCopy, signal: AbortSignal): Promise<number> {
    await this.#begin(signal);
    return this.parts.get(copy.copyTo)?.length ?? 0;
  }

  async putPiece(copy: FileCopy, offset: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    const part = this.parts.get(copy.copyTo) ?? new Uint8Array();
    if (part.length !== offset) throw new Failure('command_failed', 'The part does not end where this piece begins.');
    if (this.#board().denied?.includes(copy.copyTo)) throw new Failure('not_allowed', 'A right is missing.');
    this.parts.set(copy.copyTo, new Uint8Array([...part, ...bytes]));
  }

  async endCopy(copy: FileCopy, signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    const content = this.parts.get(copy.copyTo);
    if (content === undefined) throw new Failure('command_failed', 'There is no copied part beside that path.');
    this.parts.delete(copy.copyTo);
    const { copyTo: path, sizeBytes, mode } = copy;
    const hash = await sha256(content);
    if (content.length !== sizeBytes || hash !== copy.sha256)
      throw new Failure('command_failed', 'What arrived is not the file that was to be copied.', { retry: 'no' });
    this.#onWrite({ path, content, sha256: hash, ...(mode !== undefined && { mode }) });
  }

  #statNow(path: string): FileStat {
    const { files = {}, denied = [] } = this.#board();
    const text = files[path];
    const isFile = text !== undefined || denied.includes(path);
    if (!isFile && path !== '/' && !stands(this.#board(), path)) throw nothingThere();
    const kind = isFile ? 'file' : 'directory';
    return { kind, sizeBytes: text?.length ?? 4096, mode: isFile ? 0o644 : 0o755, uid: 0, gid: 0, modifiedMs: 0 };
  }
}
