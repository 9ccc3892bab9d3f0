/** Longest line handed on; the rest of a longer one is dropped up to its newline. */
export const maxLineBytes = 64 * 1024;

/** Turns a stream of bytes into lines. Bytes that are not UTF-8 become U+FFFD; a character may lie across chunks. */
export class LineCutter {
  readonly #onLine: (line: string) => void;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      this.#cut();
    }
    this.#keep(chunk.subarray(start));
  }

  /** The stream has ended: a last line without a newline is a line too. */
  end(): void {
    if (this.#parts.length > 0) this.#cut();
  }

  #keep(piece: Buffer): void {
    const kept = piece.subarray(0, maxLineBytes - this.#length);
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#length += kept.length;
  }

  #cut(): void {
    // Lines end with CR LF where a program was written for a terminal.
    const line = Buffer.concat(this.#parts).toString('utf8').replace(/\r$/, '');
    this.#parts = [];
    this.#length = 0;
    this.#onLine(line);
  }
}
