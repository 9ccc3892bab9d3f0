import type { DeviceEntry } from '../core/device.js';
import type { InventoryEdit } from '../core/inventory-edit.js';

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

  /**
   * Reads the file now if it is another than was read last, without waiting for the next look: a change is planned and agreed to on
   * what the file holds. Absent where there is no file. Never rejects.
   */
  refresh?(): Promise<void>;

  /** Calls `listener` after the file changed on disk and was read again. Returns the way to stop. */
  onChange(listener: () => void): () => void;

  /**
   * Writes edits into the fleet file, all or none: under a lock that all local servers take, on what the file holds at that moment,
   * comments and order kept, atomically. The devices are those of the new file when it resolves. Rejects with `invalid_input`
   * where an edit does not fit (a name that exists, or does not), `unsupported` where the devices come from the environment.
   */
  edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void>;
}
