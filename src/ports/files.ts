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
}
