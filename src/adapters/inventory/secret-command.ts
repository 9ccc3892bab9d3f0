import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type CommandEnd =
  | { readonly ok: true; readonly stdout: Buffer }
  /** `not_started`: no such program. `failed`: it exited non-zero. `too_much`: more output than a secret can have. */
  | { readonly ok: false; readonly why: 'not_started' | 'failed' | 'too_much' | 'timeout' };

/**
 * Runs a password manager's program without a shell and takes its standard output. It is killed when `timeoutMs` are
 * over. Standard error is dropped: it may hold what must not be logged.
 */
export async function runSecretCommand(
  words: readonly [string, ...string[]],
  options: {
    readonly timeoutMs: number;
    readonly maxBytes: number;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<CommandEnd> {
  const [program, ...args] = words;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...options.env },
    windowsHide: true,
  });
  // Not spawn's own timeout: that timer stays behind when the program could not be started.
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > options.maxBytes) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  // A program that it started may hold the pipe open after it was killed.
  child.once('exit', (_code, signal) => {
    if (signal !== null) child.stdout.destroy();
  });
  try {
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (bytes > options.maxBytes) return { ok: false, why: 'too_much' };
    if (exitCode === 0) return { ok: true, stdout: Buffer.concat(chunks) };
    return { ok: false, why: signal === 'SIGKILL' ? 'timeout' : 'failed' };
  } catch {
    return { ok: false, why: 'not_started' };
  } finally {
    clearTimeout(timer);
  }
}
