import { Failure } from '../../src/core/errors.js';
import type { AuditEntry } from '../../src/core/audit/entry.js';
import type { AuditLog } from '../../src/ports/audit-log.js';

/** The audit log, in memory. */
export class FakeAuditLog implements AuditLog {
  readonly entries: AuditEntry[] = [];
  /** Set it, and nothing can be recorded. */
  broken = false;

  async append(entries: readonly AuditEntry[]): Promise<void> {
    const copies = JSON.parse(JSON.stringify(entries)) as AuditEntry[];
    await Promise.resolve();
    if (this.broken && entries.length > 0) throw new Failure('not_allowed', 'The audit log cannot be written.');
    this.entries.push(...copies);
  }
}
