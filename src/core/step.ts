import type { Command } from './command.js';

/** One text for one exact command: what is approved is compared, and later hashed, by it. */
export function stepKey({ argv, sudo = false, stdin, timeoutMs, maxOutputBytes }: Command): string {
  const input = stdin === undefined ? null : typeof stdin === 'string' ? stdin : [...stdin];
  return JSON.stringify([argv, sudo, input, timeoutMs ?? null, maxOutputBytes ?? null]);
}
