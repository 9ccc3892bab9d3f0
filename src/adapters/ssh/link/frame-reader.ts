/** A complete answer, and the bytes after it that belong to the next one. */
export interface Framed {
  readonly output: Buffer;
  /** What the frame says after its mark: an exit code, or the shell's session id. */
  readonly word: string;
  readonly rest: Buffer;
}

/** Longest frame after the mark: a space, a process id or an exit code, a newline. */
const maxTail = 32;

/**
 * Finds the end of one answer in a stream: a line of its own, `MARK word`, after a newline that is the frame's own.
 * The mark is unguessable, so everything before it is output, whatever bytes it holds.
 */
export class FrameReader {
  readonly #mark: Buffer;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #tail: Buffer = Buffer.alloc(0);

  constructor(mark: string, maxBytes: number) {
    this.#mark = Buffer.from(`\n${mark} `);
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes; answers the whole when its end was in them, `too_much` past the cap. */
  feed(chunk: Buffer): Framed | 'more' | 'too_much' {
    const before = this.#length - this.#tail.length;
    const window = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const start = window.indexOf(this.#mark);
    if (start >= 0) {
      const wordStart = start + this.#mark.length;
      const end = window.indexOf(10, wordStart);
      if (end >= 0) {
        const whole = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
        return {
          output: whole.subarray(0, before + start),
          word: window.toString('latin1', wordStart, end),
          rest: whole.subarray(before + end + 1),
        };
      }
    }
    if (this.#length > this.#maxBytes + this.#mark.length + maxTail) return 'too_much';
    this.#tail = window.subarray(Math.max(0, window.length - this.#mark.length - maxTail));
    return 'more';
  }
}
