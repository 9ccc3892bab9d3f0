import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit/entry.js';
import type { AuditLog } from '../../src/ports/audit-log.js';

export interface AuditLogSubject {
  readonly log: AuditLog;
  /** What is recorded now. */
  readonly entries: () => readonly AuditEntry[];
  /** From now on nothing can be recorded. */
  readonly breakIt: () => void;
}

/** An entry that is told from others by its number. */
export function auditEntry(step: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: 'a1b2c3d4e5f60718',
    asker: { user: 'ops', client: 'test' },
    tool: 'system_reboot',
    effect: 'disrupt',
    event: 'step',
    device: 'nano-01',
    step,
    does: 'systemctl reboot',
    ...changes,
  } as AuditEntry;
}

/** What every audit log promises. `make` gives an empty one. */
export function auditLogContract(make: () => Promise<AuditLogSubject> | AuditLogSubject): void {
  describe('as an audit log', () => {
    it('has recorded an entry, whole, when append resolves', async () => {
      const { log, entries } = await make();
      const entry: AuditEntry = {
        ...auditEntry(1),
        event: 'refused',
        arguments: { unit: 'a"\n\u2028\ud800é', n: 1.5, list: [null, true, {}] },
        devices: ['nano-01'],
        why: 'read-only',
      };
      await log.append([entry]);
      expect(entries()).toEqual([entry]);
    });

    it('keeps the order within a call and between calls, and calls in one piece', async () => {
      const { log, entries } = await make();
      const numbers = Array.from({ length: 60 }, (_, i) => i);
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => log.append(numbers.slice(3 * i, 3 * i + 3).map((n) => auditEntry(n)))),
      );
      expect(entries().map((entry) => ('step' in entry ? entry.step : undefined))).toEqual(numbers);
    });

    it('records entries as they were when it was asked', async () => {
      const { log, entries } = await make();
      const devices = ['nano-01'];
      const entry: AuditEntry = { ...auditEntry(1), event: 'refused', arguments: {}, devices, why: 'no' };
      const appending = log.append([entry]);
      devices.push('nano-02');
      await appending;
      expect(entries()).toMatchObject([{ devices: ['nano-01'] }]);
    });

    it('has nothing to do for nothing', async () => {
      const { log, entries, breakIt } = await make();
      await log.append([]);
      expect(entries()).toEqual([]);
      breakIt();
      await log.append([]);
    });

    it('rejects what cannot be recorded, so that it does not run', async () => {
      const { log, breakIt } = await make();
      await log.append([auditEntry(1)]);
      breakIt();
      await expect(log.append([auditEntry(2)])).rejects.toMatchObject({ name: 'Failure', kind: 'not_allowed' });
    });
  });
}
