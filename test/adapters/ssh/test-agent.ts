import { execFileSync, spawn, spawnSync } from 'node:child_process';
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
  const stop = (): unknown => agent.kill('SIGKILL');
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  // Status 2 is an agent that does not answer: its socket is there a moment before it listens.
  const deadlineMs = performance.now() + 15_000;
  while (spawnSync('ssh-add', ['-l'], { env, stdio: 'ignore' }).status === 2) {
    if (performance.now() > deadlineMs) {
      stop();
      throw new Error('ssh-agent does not start');
    }
  }
  try {
    for (const key of keys) execFileSync('ssh-add', ['-q', key], { env, stdio: 'pipe' });
  } catch (error) {
    stop();
    throw error;
  }
  return { socket, stop };
}
