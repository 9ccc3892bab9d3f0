/** Longest line handed on; the rest of a longer one is dropped up to its newline. */
export const maxLineBytes = 64 * 1024;

/** Turns a stream of bytes into lines. Bytes that are not UTF-8 become U+FFFD; a character may lie across chunks. */
export class LineCutter {
  readonly #onLine: (line: string) => void;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next bytes, and hands on each line that ends in them. */
  add(chunk: Uint8Array): void {
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

  #keep(piece: Uint8Array): void {
    const kept = piece.subarray(0, maxLineBytes - this.#length);
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#length += kept.length;
  }

  #cut(): void {
    // Lines end with CR LF where a program was written for a terminal.
    const line = this.#text().replace(/\r$/, '');
    this.#parts = [];
    this.#length = 0;
    this.#onLine(line);
  }

  #text(): string {
    const text = new TextDecoder('utf-8', { ignoreBOM: true });
    return this.#parts.map((part) => text.decode(part, { stream: true })).join('') + text.decode();
  }
}
