import type ssh2 from 'ssh2';
import { ChannelBudget, type Held, type Opened, type Precedence } from './channel-budget.js';

/** How a command ended: its exit code, or the name of the signal that ended it. */
export type Exit = { readonly code: number } | { readonly signal: string };

export interface StartedCommand extends Held {
  readonly channel: ssh2.ClientChannel;
  /** Never rejects, and never settles where the session is cut before. */
  readonly exit: Promise<Exit>;
}

/** The channels of one connection, under its budget. */
export class Channels {
  readonly budget: ChannelBudget;
  readonly #client: ssh2.Client;

  constructor(client: ssh2.Client, now: () => number) {
    this.#client = client;
    this.budget = new ChannelBudget(now);
  }

  /** Starts a command on a session of its own. Waits for a free one; aborting leaves the queue. */
  exec(command: string, precedence: Precedence, signal: AbortSignal): Promise<StartedCommand> {
    const start = (opened: Opened<StartedCommand>): void => {
      this.#client.exec(command, (error, channel) => {
        if (error) opened(error, undefined);
        // At once: a short command's exit may be in the same packet as the answer that it was started.
        else opened(undefined, { channel, exit: exitOf(channel), onClose: (then) => void channel.on('close', then) });
      });
    };
    const abandon = ({ channel }: StartedCommand): void => {
      channel.resume().stderr.resume();
      channel.close();
    };
    return this.budget.acquire(start, abandon, precedence, signal);
  }

  /** Starts the SFTP subsystem on a session of its own. */
  async sftp(signal: AbortSignal): Promise<ssh2.SFTPWrapper> {
    type StartedSftp = Held & { readonly sftp: ssh2.SFTPWrapper };
    const start = (opened: Opened<StartedSftp>): void => {
      this.#client.sftp((error, sftp) => {
        if (error) opened(error, undefined);
        else opened(undefined, { sftp, onClose: (then) => void sftp.on('close', then) });
      });
    };
    const started = await this.budget.acquire(start, ({ sftp }) => sftp.end(), 'fair', signal);
    return started.sftp;
  }
}

function exitOf(channel: ssh2.ClientChannel): Promise<Exit> {
  return new Promise((resolve) => {
    channel.once('exit', (code: number | null, signal?: string) =>
      resolve(code === null ? { signal: signal ?? '' } : { code }),
    );
  });
}
