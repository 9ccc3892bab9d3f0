import type { DeviceEntry } from '../core/device.js';

/** One thing that is wrong with the fleet file. */
export interface InventoryProblem {
  /** 1-based line, where known. */
  readonly line?: number | undefined;
  /** Path of the field, `devices[3].port`. */
  readonly field: string;
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

/** The devices the user has listed. */
export interface Inventory {
  /** The devices as the file (or the environment) now has them; of a bad file, those of its entries that are good. */
  devices(): readonly DeviceEntry[];

  /** Every problem of the file at once; empty where it is good. */
  problems(): readonly InventoryProblem[];

  /** Where the devices come from, for messages: the file's path, `environment`, or undefined where there is neither. */
  source(): string | undefined;

  /** Where a fleet file would be looked for, for the sentence that says how to begin. */
  expectedPath(): string;

  /** Calls `listener` after the file changed on disk and was read again. Returns the way to stop. */
  onChange(listener: () => void): () => void;
}
