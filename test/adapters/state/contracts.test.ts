import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { JsonlAuditLog } from '../../../src/adapters/state/audit/jsonl-audit-log.js';
import { FileAwaitedWork } from '../../../src/adapters/state/file-awaited-work.js';
import { FileConsents } from '../../../src/adapters/state/file-consents.js';
import type { AuditEntry, AuditRecord } from '../../../src/core/audit/entry.js';
import { auditLogContract } from '../../contract/audit-log.js';
import { awaitedWorkContract } from '../../contract/awaited-work.js';
import { consentsContract } from '../../contract/consents.js';
import { FakeAuditLog } from '../../fakes/fake-audit-log.js';
import { FakeAwaitedWork } from '../../fakes/fake-awaited-work.js';
import { FakeConsents } from '../../fakes/fake-consents.js';
import { RecordingLogger } from '../inventory/recording-logger.js';
import { clockOf, tempFolders } from './setup.js';

const newFolder = tempFolders();

describe('FakeConsents', () => {
  consentsContract((clock) => {
    const consents = new FakeConsents(clockOf(clock));
    return { one: consents, other: consents, clock };
  });
});

describe('FileConsents', () => {
  consentsContract((clock) => {
    const folder = join(newFolder(), 'state');
    const view = (): FileConsents => new FileConsents(folder, clockOf(clock));
    return { one: view(), other: view(), clock };
  });
});

describe('FakeAwaitedWork', () => {
  awaitedWorkContract((clock) => {
    const one = new FakeAwaitedWork(clockOf(clock));
    return { one, other: one.another(), clock };
  });
});

describe('FileAwaitedWork', () => {
  awaitedWorkContract((clock) => {
    const folder = join(newFolder(), 'awaited');
    const view = (): FileAwaitedWork =>
      new FileAwaitedWork({ folder, clock: clockOf(clock), logger: new RecordingLogger() });
    return { one: view(), other: view(), clock };
  });
});

describe('FakeAuditLog', () => {
  auditLogContract(() => {
    const log = new FakeAuditLog();
    return { log, entries: () => log.entries, breakIt: () => void (log.broken = true) };
  });
});

describe('JsonlAuditLog', () => {
  auditLogContract(() => {
    const home = newFolder();
    const folder = join(home, 'audit');
    const log = new JsonlAuditLog({ folder, headPath: join(home, 'head.json'), clock: clockOf({ nowMs: 0 }) });
    return { log, entries: () => entriesIn(folder), breakIt: () => breakFolder(folder) };
  });
});

function entriesIn(folder: string): AuditEntry[] {
  const names = (() => {
    try {
      return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    } catch {
      return [];
    }
  })();
  const text = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { seq: _seq, at: _at, prev: _prev, chain: _chain, ...entry } = JSON.parse(line) as AuditRecord;
      return entry as AuditEntry;
    });
}

/** A file stands where the folder was. */
function breakFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, '');
}
