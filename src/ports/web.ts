/** A piece of something on the internet. */
export interface WebPiece {
  readonly bytes: Uint8Array;
  /** Size of the whole, where the server told it. */
  readonly totalBytes?: number | undefined;
}

/**
 * Reads from the public internet, for headers of model files: https only, never an address of this machine, its network or a cloud's
 * metadata service, checked for each redirect. Sends no credential. Rejects with `invalid_input` for an address it must not ask,
 * `unreachable`, `timeout`, `not_allowed` where the server wants a login, and `unsupported` where it gives no ranges.
 */
export interface Web {
  /** `bytes` bytes of it from `from` on, at most; less at its end. Never pulls more than that. */
  range(url: string, from: number, bytes: number, signal: AbortSignal): Promise<WebPiece>;
}
