import { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';

/**
 * A channel as Node's HTTP wants a socket: `destroy` takes effect at once and with its reason, while an SSH channel only
 * asks the other side to close.
 */
export class LinkStream extends Duplex {
  readonly #channel: ssh2.Channel;
  #ended = false;

  /** `lost` tells, once the channel has closed, whether the whole link is gone, and why. */
  constructor(channel: ssh2.Channel, lost: () => Error | undefined) {
    // A peer that has said all is done: nothing that talks over such a stream goes on writing then.
    super({ allowHalfOpen: false });
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    // A cut connection ends its channels first and says so afterwards.
    const over = (): void => void setImmediate(() => this.#over(lost()));
    channel.on('end', over);
    channel.on('error', (error: Error) => this.destroy(error));
    channel.on('close', over);
    channel.pause();
  }

  /** What an agent asks of a kept connection: this one keeps no program alive. */
  ref(): this {
    return this;
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (!this.#channel.writable) done(new Error('The channel is closed.'));
    else if (this.#channel.write(chunk)) done();
    else this.#channel.once('drain', () => done());
  }

  override _final(done: () => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // What comes until the other side has closed as well is dropped.
    this.#channel.resume().close();
    done(error);
  }

  #over(lost: Error | undefined): void {
    if (lost !== undefined) this.destroy(lost);
    else if (!this.#ended && !this.destroyed) this.push(null);
    this.#ended = true;
  }
}
