import type { DockerPiece } from '../../core/docker/request.js';
import { LineCutter } from '../../core/line-cutter.js';
import { badFrames } from './failures.js';

const headBytes = 8;

/** Takes Docker's frames apart: one byte for the stream, three of nothing, the length, the content. Content is handed on as it comes. */
export class Frames {
  readonly #onContent: (from: 'stdout' | 'stderr', content: Buffer) => void;
  #head = Buffer.alloc(0);
  #from: 'stdout' | 'stderr' = 'stdout';
  #left = 0;

  constructor(onContent: (from: 'stdout' | 'stderr', content: Buffer) => void) {
    this.#onContent = onContent;
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) {
        const missing = headBytes - this.#head.length;
        this.#head = Buffer.concat([this.#head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#head.length === headBytes) this.#begin();
      } else {
        const content = rest.subarray(0, this.#left);
        this.#left -= content.length;
        rest = rest.subarray(content.length);
        this.#onContent(this.#from, content);
      }
    }
  }

  #begin(): void {
    const kind = this.#head.readUInt8(0);
    if (kind > 3 || this.#head.readUIntBE(1, 3) !== 0) throw badFrames();
    this.#from = kind === 2 || kind === 3 ? 'stderr' : 'stdout';
    this.#left = this.#head.readUInt32BE(4);
    this.#head = Buffer.alloc(0);
  }
}

/** Turns what comes from an engine into pieces of whole lines. */
export class Pieces {
  readonly #cutters: Readonly<Record<DockerPiece['from'], LineCutter>>;
  readonly #frames: Frames;
  readonly #form: 'json' | 'raw' | 'frames';

  constructor(form: 'json' | 'raw' | 'frames', onPiece: (piece: DockerPiece) => void) {
    this.#form = form;
    const cutter = (from: DockerPiece['from']): LineCutter =>
      new LineCutter((text) => {
        // Between lines of JSON an engine may send empty ones.
        if (from !== 'json' || text !== '') onPiece({ from, text });
      });
    this.#cutters = { json: cutter('json'), stdout: cutter('stdout'), stderr: cutter('stderr') };
    this.#frames = new Frames((from, content) => this.#cutters[from].add(content));
  }

  add(chunk: Buffer): void {
    if (this.#form === 'frames') this.#frames.add(chunk);
    else this.#cutters[this.#form === 'raw' ? 'stdout' : 'json'].add(chunk);
  }

  end(): void {
    for (const cutter of Object.values(this.#cutters)) cutter.end();
  }
}
