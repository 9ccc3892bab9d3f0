import { canonicalJson } from './canonical-json.js';
import type { Command } from './command.js';
import type { DockerStep } from './docker/request.js';
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

/** A file of known length and hash put on the device in pieces, resumed where it was cut: into a part beside it, checked, renamed. */
export interface FileCopy {
  /** Absolute path on the device. */
  readonly copyTo: string;
  readonly sizeBytes: number;
  /** SHA-256 of the whole, hex. */
  readonly sha256: string;
  /** Where the bytes come from, in our words: `device nano-01, /data/models/llama.gguf`. */
  readonly from: string;
  readonly mode?: number;
}

/** One thing that a change does. What is approved is exactly a list of these. */
export type Step = Command | FileWrite | FileCopy | InventoryEdit | DockerStep;

export const isFileWrite = (step: Step): step is FileWrite => 'content' in step;
export const isFileCopy = (step: Step): step is FileCopy => 'copyTo' in step;
export const isDockerStep = (step: Step): step is DockerStep => 'docker' in step;
export const isInventoryEdit = (step: Step): step is InventoryEdit => 'edit' in step;

/** One text for one exact step: what is approved is compared and hashed by it. */
export function stepKey(step: Step): string {
  if (isInventoryEdit(step)) return JSON.stringify(['edit', step]);
  if (isDockerStep(step)) return canonicalJson(['docker', step]);
  if (isFileCopy(step)) return canonicalJson(['copy', step]);
  if (isFileWrite(step)) {
    const { path, sha256, mode, sudo = false, replaces } = step;
    return JSON.stringify(['write', path, sha256, mode ?? null, sudo, replaces === undefined ? 'any' : replaces]);
  }
  const { argv, sudo = false, stdin, timeoutMs, maxOutputBytes } = step;
  const input = stdin === undefined ? null : typeof stdin === 'string' ? stdin : [...stdin];
  return JSON.stringify([argv, sudo, input, timeoutMs ?? null, maxOutputBytes ?? null]);
}
