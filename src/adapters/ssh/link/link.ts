import { quoteForAnyShell } from '../../../core/command.js';
import type { DeviceEntry } from '../../../core/device.js';
import type { Clock } from '../../../ports/clock.js';
import type { Logger } from '../../../ports/logger.js';
import type { Docker } from '../../../ports/docker.js';
import type { DockerOf } from '../../../ports/docker-host.js';
import type { Secrets } from '../../../ports/secrets.js';
import { askProbe } from './ask.js';
import { Channels } from './channels.js';
import type { Connection } from '../connection.js';
import { LinkHttp } from './link-http.js';
import { sftpStopper, stopper } from './remote-scripts.js';
import { type ExchangeLimits, Session } from './session.js';
import { Sftp } from './sftp.js';
import { Streams } from './streams.js';
import { Sudo, type SudoMemory } from './sudo.js';

export interface LinkPorts {
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly dockerOf: DockerOf;
  readonly readLimits: ExchangeLimits;
}

/** Ending stuck processes takes up to 0.5 s of TERM and 1 s of KILL on the device. */
const endProcessesMs = 5_000;

/** One connection to one device, and everything that runs over it. */
export class Link {
  readonly channels: Channels;
  readonly session: Session;
  readonly sudo: Sudo;
  readonly sftp: Sftp;
  readonly http: LinkHttp;
  readonly #streams: Streams;
  readonly #ports: LinkPorts;
  readonly #connection: Connection;
  readonly #name: string;
  readonly #onClose: () => void;
  #users = 0;
  #retired = false;
  #error: Error | undefined;
  #closed = false;
  #docker: Docker | undefined;

  /** `onClose` is called once, when the connection is gone. */
  constructor(entry: DeviceEntry, connection: Connection, memory: SudoMemory, ports: LinkPorts, onClose: () => void) {
    const { client } = connection;
    this.#name = entry.name;
    this.#connection = connection;
    this.#ports = ports;
    this.#onClose = onClose;
    // Without it the kernel holds small packets back for an acknowledgement: 45 ms per exchange instead of 1.
    client.setNoDelay(true);
    this.channels = new Channels(client, () => ports.clock.now());
    this.session = new Session(this.channels, (sessionId) => this.#endProcesses(sessionId));
    const password = entry.settings.sudo?.password ?? entry.defaults.sudo?.password;
    this.sudo = new Sudo(this, { secrets: ports.secrets, password, memory });
    this.sftp = new Sftp(this.channels, () => this.#endTransfers());
    this.#streams = new Streams(client, this.channels, this.sudo);
    this.http = new LinkHttp(this.#streams, this.sftp);
    client.on('error', (error: Error) => {
      this.#error = error;
    });
    client.on('close', () => this.#end());
  }

  get alive(): boolean {
    return !this.#closed;
  }

  /** The engine of the device, as this link reaches it: what it has learned of it ends with the link. */
  get docker(): Docker {
    return (this.#docker ??= this.#ports.dockerOf({
      name: this.#name,
      ask: (probe, signal) => askProbe(probe, this, this.#ports.readLimits, signal),
      sudoKind: (signal) => this.sudo.kind(signal),
      open: (target, signal) => this.#streams.open(target, signal),
    }));
  }

  /** Does some work over this link, and keeps a retired one open until it is done. */
  async use<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const release = this.hold();
    try {
      return await work(this);
    } finally {
      release();
    }
  }

  /** Keeps this link open, retired or not, until the answer is called. */
  hold(): () => void {
    this.#users += 1;
    return () => {
      this.#users -= 1;
      if (this.#retired && this.#users === 0) this.close();
    };
  }

  /** Closes once what runs over it has ended. */
  retire(): void {
    this.#retired = true;
    if (this.#users === 0) this.close();
  }

  /** Ends the connection. What runs over it fails. Idempotent. */
  close(): void {
    this.#end();
    this.#connection.close();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.channels.budget.fail(this.#error);
    this.session.close(this.channels.budget.lost ?? new Error('unreachable: fail() sets it'));
    this.sftp.close();
    this.#onClose();
  }

  /** Stops what a stuck session shell runs. A device that does not even do that is as good as gone. */
  async #endProcesses(sessionId: string): Promise<void> {
    const sudo = this.sudo.known === 'nopasswd' ? 'sudo -n -- ' : '';
    try {
      await this.#runStopper(sudo, [stopper, 'jetfleet-stop', sessionId]);
    } catch (error) {
      if (this.#closed) return;
      this.#ports.logger.log('warn', 'A stuck read could not be stopped; the link is closed.', {
        device: this.#name,
        error,
      });
      this.close();
    }
  }

  /** Stops a stuck file transfer. One that stays costs a session of this link, no more. */
  async #endTransfers(): Promise<void> {
    try {
      await this.#runStopper('', [sftpStopper, 'jetfleet-stop']);
    } catch (error) {
      this.#ports.logger.log('warn', 'A stuck file transfer could not be stopped.', { device: this.#name, error });
    }
  }

  async #runStopper(sudo: string, words: readonly string[]): Promise<void> {
    const line = `exec ${sudo}/bin/sh -c ${words.map(quoteForAnyShell).join(' ')}`;
    const limit = AbortSignal.timeout(endProcessesMs);
    const { channel } = await this.channels.exec(line, 'first', limit);
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        channel.close();
        reject(new Error('The device did not stop a stuck read in time.'));
      };
      limit.addEventListener('abort', giveUp, { once: true });
      channel.resume().stderr.resume();
      channel.on('close', () => {
        limit.removeEventListener('abort', giveUp);
        resolve();
      });
    });
  }
}
