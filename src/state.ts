import { userInfo } from 'node:os';
import { join } from 'node:path';
import { dataFolder, stateFolder, type Machine } from '../config/paths.js';
import { JsonlAuditLog } from './adapters/state/audit/jsonl-audit-log.js';
import { verifyAudit } from './adapters/state/audit/verify-audit.js';
import { FileAwaitedWork } from './adapters/state/file-awaited-work.js';
import { SqlStore } from './adapters/state/store/sql-store.js';
import { FileConsents } from './adapters/state/file-consents.js';
import type { AuditVerdict } from './core/audit/chain-check.js';
import type { AuditLog } from './ports/audit-log.js';
import type { AwaitedWork } from './ports/awaited-work.js';
import type { Consents } from './ports/consents.js';
import type { Logger } from './ports/logger.js';
import type { Store } from './ports/store.js';
import { systemClock } from './system-clock.js';

/** What all servers of this machine's user share. Nothing is written before the first change, but what devices report of themselves. */
export interface State {
  readonly consents: Consents;
  readonly awaitedWork: AwaitedWork;
  readonly audit: AuditLog;
  /** Opened at its first use. */
  readonly store: Store & { close(): Promise<void> };
  /** Reads the whole audit log and tells whether it is as it was written. */
  readonly verify: () => Promise<AuditVerdict>;
  /** The account of this machine's operating system. */
  readonly user: string;
}

/** The state on disk. */
export function openState(machine: Machine, logger: Logger): State {
  const folder = stateFolder(machine);
  const places = { folder: join(folder, 'audit'), headPath: join(dataFolder(machine), 'audit-head.json') };
  return {
    consents: new FileConsents(folder, systemClock),
    awaitedWork: new FileAwaitedWork({ folder: join(folder, 'awaited'), clock: systemClock, logger }),
    audit: new JsonlAuditLog({ ...places, clock: systemClock }),
    store: new SqlStore(async () => {
      const { openDatabase } = await import('./adapters/state/store/open-database.js');
      return openDatabase(join(dataFolder(machine), 'jetfleet.db'));
    }),
    verify: () => verifyAudit(places),
    user: userName(),
  };
}

/** The account's name; its number where the system knows no name for it. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
