import type { InventoryProblem } from '../../ports/inventory.js';

const reasons: Readonly<Record<string, Omit<InventoryProblem, 'field'>>> = {
  EACCES: { message: 'The fleet file may not be read.', fix: 'Give yourself the right to read it: `chmod u+r`.' },
  EPERM: { message: 'The fleet file may not be read.', fix: 'Give yourself the right to read it.' },
  EISDIR: { message: 'There is a folder where the fleet file should be.', fix: 'Name the file in it with --config.' },
  EFBIG: { message: 'The fleet file is larger than 8 MiB.', fix: 'Name another file with --config.' },
  ENOTSUP: { message: 'The fleet file is a pipe or a device.', fix: 'Name a plain file with --config.' },
  ELOOP: { message: 'The fleet file is a link that leads to itself.', fix: 'Put a file in its place.' },
};

/** A refusal of our own, with a code like those of the file system. */
export class ReadError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The file system's code of an error, `ENOENT` and the like; empty where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Our words for why a fleet file could not be read. */
export function readProblem(error: unknown): InventoryProblem {
  const known = reasons[codeOf(error)] ?? {
    message: 'The fleet file cannot be read.',
    fix: 'Look at its path and its disk.',
  };
  return { field: '', ...known };
}
