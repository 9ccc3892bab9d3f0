import type { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { within } from './deadline.js';
import { forwardFailure, tcpTimeout } from './failures.js';

/** Opens a stream from a jump host to the next host, as `ssh -W` does. `hop` is its name, for messages. */
export function forward(
  client: ssh2.Client,
  hop: string,
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const failure = () => tcpTimeout(to.port, timeoutMs);
  return within(
    { timeoutMs, failure, signal },
    (undo) =>
      new Promise<Duplex>((resolve, reject) => {
        let late = false;
        undo(() => (late = true));
        try {
          client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
            if (error) reject(forwardFailure(error, hop));
            else if (late) channel.destroy();
            else {
              channel.on('error', () => undefined);
              resolve(channel);
            }
          });
        } catch (error) {
          // The jump host's connection ended a moment ago.
          reject(forwardFailure(error, hop));
        }
      }),
  );
}
