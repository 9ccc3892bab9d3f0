import type { Policy } from '../core/policy/policy.js';
import type { InventoryProblem } from './inventory.js';

/** The user's policy. */
export interface PolicySource {
  /** The policy as the file now has it; `problems` where it cannot be used, and then every call is refused. */
  current(): Promise<{ readonly policy: Policy; readonly problems: readonly InventoryProblem[] }>;

  /** Where the file is, or would be; for the sentence that says how to allow something. */
  path(): string;
}
