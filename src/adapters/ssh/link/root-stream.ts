import { quoteForAnyShell } from '../../../core/command.js';
import type ssh2 from 'ssh2';
import { abortFailure, Failure } from '../../../core/errors.js';
import type { Channels } from './channels.js';
import type { Elevation } from './exec.js';
import { SudoRefused, type SudoRefusal } from './link-failures.js';
import { newMark } from './mark.js';
import { environment, forwarder } from './remote-scripts.js';
import { SudoStart } from './sudo-start.js';

/** As long as a command has to get through sudo. */
const sudoStartMs = 20_000;

/**
 * A socket opened by root: sudo, and inside it a program of the device that copies between its standard streams and the socket.
 * The password, where there is one, goes ahead of everything by standard input.
 */
export async function openForwarder(
  channels: Channels,
  socket: string,
  elevation: Exclude<Elevation, { readonly by: 'none' }>,
  signal: AbortSignal,
): Promise<ssh2.Channel> {
  if (!/^\/[\w./-]+$/.test(socket)) throw new Failure('invalid_input', 'The path of that socket is not a plain one.');
  const [mark, prompt] = [newMark(), newMark()];
  const sudo = elevation.by === 'password' ? `sudo -S -p ${prompt}` : 'sudo -n';
  const words = [`${environment}; ${forwarder}`, 'jetfleet-forward', mark, socket].map(quoteForAnyShell).join(' ');
  const { channel } = await channels.exec(`exec ${sudo} -- /bin/sh -c ${words}`, 'fair', signal);
  const start = new SudoStart(mark, prompt, elevation.by === 'password');
  await new Promise<void>((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      channel.stderr.off('data', onStderr);
      channel.off('close', onClose);
      settle();
    };
    const fail = (error: Error): void =>
      end(() => {
        channel.resume().stderr.resume();
        channel.close();
        reject(error);
      });
    const refuse = (why: SudoRefusal): void => fail(new SudoRefused(why));
    const onAbort = (): void => fail(abortFailure(signal));
    // A cut connection closes its channels first and says so afterwards.
    const onClose = (): void => void setImmediate(() => fail(channels.budget.lost ?? new SudoRefused(start.ended())));
    const onStderr = (chunk: Buffer): void => {
      const step = start.add(chunk);
      if (step === 'wait') return;
      if (step === 'send_password') {
        if (elevation.by === 'password') channel.write(`${elevation.password}\n`);
      } else if ('refused' in step) refuse(step.refused);
      else end(resolve);
    };
    const timer = setTimeout(() => refuse('refused'), sudoStartMs);
    channel.stderr.on('data', onStderr);
    channel.on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  channel.stderr.resume();
  return channel;
}
