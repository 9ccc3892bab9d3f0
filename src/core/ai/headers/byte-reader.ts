/** The bytes at hand end before the value does. */
export class Cut extends Error {}
/** The bytes are not what they should be. */
export class Malformed extends Error {}

/** Reads little-endian values one after the other; throws `Cut` at the end of what is at hand, and never reads past it. */
export class ByteReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Offset of the next byte. */
  get at(): number {
    return this.#at;
  }

  skip(bytes: number): void {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Malformed('length');
    if (bytes > this.#bytes.length - this.#at) throw new Cut();
    this.#at += bytes;
  }

  u32(): number {
    const from = this.#at;
    this.skip(4);
    return this.#view.getUint32(from, true);
  }

  /** A count or a length: no file has more than 2^53 of anything. */
  u64(): number {
    const from = this.#at;
    this.skip(8);
    const value = this.#view.getBigUint64(from, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed('number');
    return Number(value);
  }

  /** A scalar by its size and kind. */
  scalar(bytes: 1 | 2 | 4 | 8, kind: 'unsigned' | 'signed' | 'float'): number {
    const from = this.#at;
    this.skip(bytes);
    const view = this.#view;
    if (kind === 'float') return bytes === 8 ? view.getFloat64(from, true) : view.getFloat32(from, true);
    if (kind === 'signed') {
      if (bytes === 8) return Number(view.getBigInt64(from, true));
      return bytes === 4 ? view.getInt32(from, true) : bytes === 2 ? view.getInt16(from, true) : view.getInt8(from);
    }
    if (bytes === 8) return Number(view.getBigUint64(from, true));
    return bytes === 4 ? view.getUint32(from, true) : bytes === 2 ? view.getUint16(from, true) : view.getUint8(from);
  }

  /** A string behind its length; one longer than `most` is skipped and comes back empty. */
  text(most: number): string {
    const length = this.u64();
    const from = this.#at;
    this.skip(length);
    return length > most ? '' : new TextDecoder().decode(this.#bytes.subarray(from, from + length));
  }
}
