import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A real ssh-agent. */
export interface TestAgent {
  readonly socket: string;
  stop(): void;
}

/** Starts an agent in a folder and adds keys without passphrase to it. */
export function startAgent(folder: string, keys: readonly string[]): TestAgent {
  const socket = join(folder, 'agent.sock');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const deadlineMs = performance.now() + 10_000;
  while (!existsSync(socket)) {
    if (performance.now() > deadlineMs) throw new Error('ssh-agent does not start');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  for (const key of keys) {
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  }
  return { socket, stop: () => agent.kill('SIGKILL') };
}
