import type { Readable } from 'node:stream';
import type { Input } from '../programs/program.js';

const maxPendingBytes = 16 * 1024 * 1024;
const newline = 10;

type Cut = (
  pending: Buffer,
  ended: boolean,
) => { readonly taken: Buffer | undefined; readonly rest: Buffer } | undefined;

/** A channel's standard input, taken by lines or by bytes by whichever program wants it. */
export class ChannelInput implements Input {
  readonly #waiting: { readonly cut: Cut; readonly resolve: (taken: Buffer | undefined) => void }[] = [];
  readonly #enders: (() => void)[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(stream: Readable) {
    stream.on('data', (bytes: Buffer) => {
      this.#pending = Buffer.concat([this.#pending, bytes]).subarray(0, maxPendingBytes);
      this.#pump();
    });
    const end = (): void => {
      if (this.#ended) return;
      this.#ended = true;
      this.#pump();
      for (const ender of this.#enders) ender();
    };
    stream.on('end', end);
    stream.on('close', end);
  }

  async line(): Promise<string | undefined> {
    const taken = await this.#take((pending, ended) => {
      const at = pending.indexOf(newline);
      if (at >= 0) return { taken: pending.subarray(0, at), rest: pending.subarray(at + 1) };
      return ended ? { taken: pending.length === 0 ? undefined : pending, rest: Buffer.alloc(0) } : undefined;
    });
    return taken?.toString();
  }

  async bytes(count: number): Promise<Buffer> {
    const taken = await this.#take((pending, ended) =>
      pending.length < count && !ended
        ? undefined
        : { taken: pending.subarray(0, count), rest: pending.subarray(count) },
    );
    return taken ?? Buffer.alloc(0);
  }

  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#enders.push(listener);
  }

  #take(cut: Cut): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ cut, resolve });
      this.#pump();
    });
  }

  #pump(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const cut = first.cut(this.#pending, this.#ended);
      if (cut === undefined) return;
      this.#waiting.shift();
      this.#pending = cut.rest;
      first.resolve(cut.taken);
    }
  }
}
