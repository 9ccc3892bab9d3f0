import { spawn } from 'node:child_process';

/** What of the machine is needed to end processes. */
export interface Ender {
  readonly platform: string;
  readonly kill: (pid: number, signal: 'SIGTERM') => void;
  /** Starts a program without a shell and does not wait for it. */
  readonly run: (program: string, args: readonly string[]) => void;
}

const machine: Ender = {
  platform: process.platform,
  kill: (pid, signal) => void process.kill(pid, signal),
  run: (program, args) => {
    const child = spawn(program, args, { stdio: 'ignore', windowsHide: true });
    child.on('error', () => undefined).unref();
  },
};

/**
 * Ends a process and what it started. Elsewhere than on Windows it must lead its process group; there, where a signal
 * would end the shell alone, taskkill follows the tree.
 */
export function endProcessTree(pid: number, { platform, kill, run }: Ender = machine): void {
  if (platform === 'win32') {
    run('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  try {
    kill(-pid, 'SIGTERM');
  } catch {
    // It ended by itself in between.
  }
}
