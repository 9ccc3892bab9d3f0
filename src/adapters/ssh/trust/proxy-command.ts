import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { endProcessTree } from './end-process-tree.js';

/** Starts a ProxyCommand in the user's shell. Destroying the stream ends the command and what it started. */
export function openProxyCommand(command: string, shell: string | undefined): Duplex {
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true })
    : spawn(shell ?? '/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const { stdin, stdout, pid } = child;
  const stream = new Duplex({
    read: () => stdout.resume(),
    write: (chunk, encoding, done) => {
      stdin.write(chunk, encoding, done);
    },
    final: (done) => {
      stdin.end(done);
    },
    destroy: (error, done) => {
      stdin.destroy();
      stdout.destroy();
      if (pid !== undefined && child.exitCode === null && child.signalCode === null) endProcessTree(pid);
      done(error);
    },
  });
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  stdout.on('end', () => stream.push(null));
  const fail = (error: Error): unknown => stream.destroy(error);
  child.on('error', fail);
  stdin.on('error', fail);
  stdout.on('error', fail);
  return stream;
}
