import type { Command } from './command.js';
import type { InventoryEdit } from './inventory-edit.js';

/** One file written whole and atomically. Its content is known to plan, audit and guard by its hash only. */
export interface FileWrite {
  /** Absolute path on the device. */
  readonly path: string;
  readonly content: Uint8Array;
  /** SHA-256 of the content, hex. */
  readonly sha256: string;
  /** Permission bits; those of the file it replaces where absent, 0o644 for a new one. */
  readonly mode?: number;
  /** Write as root. Owner and group stay those of the file it replaces. */
  readonly sudo?: boolean;
  /** SHA-256 of what it replaces, `null` for a file that must not exist yet; anything else fails and writes nothing. */
  readonly replaces?: string | null;
}

/** One thing that a change does. What is approved is exactly a list of these. */
export type Step = Command | FileWrite | InventoryEdit;

export const isFileWrite = (step: Step): step is FileWrite => 'content' in step;
export const isInventoryEdit = (step: Step): step is InventoryEdit => 'edit' in step;

/** One text for one exact step: what is approved is compared and hashed by it. */
export function stepKey(step: Step): string {
  if (isInventoryEdit(step)) return JSON.stringify(['edit', step]);
  if (isFileWrite(step)) {
    const { path, sha256, mode, sudo = false, replaces } = step;
    return JSON.stringify(['write', path, sha256, mode ?? null, sudo, replaces === undefined ? 'any' : replaces]);
  }
  const { argv, sudo = false, stdin, timeoutMs, maxOutputBytes } = step;
  const input = stdin === undefined ? null : typeof stdin === 'string' ? stdin : [...stdin];
  return JSON.stringify([argv, sudo, input, timeoutMs ?? null, maxOutputBytes ?? null]);
}
