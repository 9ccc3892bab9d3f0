import type { FileCopy, FileWrite } from '../core/step.js';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly sizeBytes: number;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970 on the device's clock. */
  readonly modifiedMs: number;
}

export interface FileEntry extends FileStat {
  readonly name: string;
}

/** Files of one device. Every method rejects with a `Failure`; aborting closes the transfer. */
export interface DeviceFiles {
  /** What a path is, without following a link at its end. */
  stat(path: string, signal: AbortSignal): Promise<FileStat>;

  /** At most `maxBytes` from `offset`; never pulls more over the link than that. */
  read(
    path: string,
    range: { readonly offset: number; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<Uint8Array>;

  /** The entries of a directory, sorted by name, at most `limit` of them. */
  list(path: string, limit: number, signal: AbortSignal): Promise<readonly FileEntry[]>;

  /** The path with every link in it followed; of a path that does not exist, that of its folder and the last name. */
  realPath(path: string, signal: AbortSignal): Promise<string>;

  /**
   * Writes a file whole: to a new file beside it, checked by its hash, flushed, then renamed over it. Owner, group and (where no
   * mode is given) permissions stay those of the file it replaces. Rejects with `command_failed` and leaves the old file as it was
   * where it is not the one that `replaces` names, where there is no room, or where a right is missing.
   */
  write(write: FileWrite, signal: AbortSignal): Promise<void>;

  /** How many bytes of a copy the part beside its path holds: where it goes on. 0 where there is none. */
  copied(copy: FileCopy, signal: AbortSignal): Promise<number>;

  /** Puts a piece into that part. Rejects with `command_failed` where the part does not end at `offset`. */
  putPiece(copy: FileCopy, offset: number, bytes: Uint8Array, signal: AbortSignal): Promise<void>;

  /** Checks length and hash of the part and renames it to its path; removes it and rejects with `command_failed` where they differ. */
  endCopy(copy: FileCopy, signal: AbortSignal): Promise<void>;
}
