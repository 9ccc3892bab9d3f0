import type { AuditEntry } from '../core/audit/entry.js';

/** The record of every change, refusal and consent. */
export interface AuditLog {
  /**
   * Appends entries, in their order, and resolves once they are on disk. Rejects with `not_allowed` where that cannot be:
   * what cannot be recorded must not run. Entries hold no secrets; the caller took them out.
   */
  append(entries: readonly AuditEntry[]): Promise<void>;
}
