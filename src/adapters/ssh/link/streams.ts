import type { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { abortFailure } from '../../../core/errors.js';
import type { StreamTarget } from '../../../ports/docker-host.js';
import type { Channels } from './channels.js';
import type { Elevation } from './exec.js';
import { LinkLost } from './link-failures.js';
import { LinkStream } from './link-stream.js';
import { openForwarder } from './root-stream.js';
import { streamFailure } from './stream-failures.js';
import type { Sudo } from './sudo.js';
import { untilAborted } from './until-aborted.js';

type Opened = (error: Error | undefined, channel: ssh2.Channel) => void;

/** Byte streams of one link to sockets and loopback ports of its device. */
export class Streams {
  readonly #client: ssh2.Client;
  readonly #channels: Channels;
  readonly #sudo: Sudo;

  constructor(client: ssh2.Client, channels: Channels, sudo: Sudo) {
    this.#client = client;
    this.#channels = channels;
    this.#sudo = sudo;
  }

  /**
   * Opens a stream; aborting closes it, also once it is open. Those as root take one of sshd's sessions each, the others none.
   * With the link they all end, as `LinkLost`.
   */
  async open(target: StreamTarget, signal: AbortSignal): Promise<Duplex> {
    const channel = await this.#channel(target, signal);
    if (signal.aborted) {
      channel.destroy();
      throw abortFailure(signal);
    }
    const stream = new LinkStream(channel, () => {
      const { lost } = this.#channels.budget;
      // What was asked over it may have been done.
      return lost && new LinkLost(true, lost.cause);
    });
    const onAbort = (): void => void stream.destroy(abortFailure(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', onAbort));
    return stream;
  }

  async #channel(target: StreamTarget, signal: AbortSignal): Promise<ssh2.Channel> {
    if (signal.aborted) throw abortFailure(signal);
    if ('socket' in target && target.sudo === true) {
      const elevation: Elevation = await this.#sudo.elevation(signal);
      if (elevation.by !== 'none') return openForwarder(this.#channels, target.socket, elevation, signal);
    }
    return this.#forward(target, signal);
  }

  async #forward(target: StreamTarget, signal: AbortSignal): Promise<ssh2.Channel> {
    const opening = new Promise<ssh2.Channel>((resolve, reject) => {
      const opened: Opened = (error, channel) => {
        if (!error) {
          resolve(channel);
          return;
        }
        // A cut connection fails what is being opened first and says so afterwards.
        setImmediate(() => reject(this.#channels.budget.lost ?? streamFailure(error, target)));
      };
      try {
        if ('socket' in target) this.#client.openssh_forwardOutStreamLocal(target.socket, opened);
        else this.#client.forwardOut('127.0.0.1', 0, '127.0.0.1', target.port, opened);
      } catch (error) {
        reject(new LinkLost(false, error));
      }
    });
    try {
      return await untilAborted(opening, signal);
    } catch (error) {
      // One that nobody waits for any more.
      void opening.then(
        (channel) => channel.destroy(),
        () => undefined,
      );
      throw error;
    }
  }
}
