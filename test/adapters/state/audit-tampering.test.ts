import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOf, recordAfter } from '../../../src/core/audit/chain.js';
import type { AuditRecord } from '../../../src/core/audit/entry.js';
import { auditEntry } from '../../contract/audit-log.js';
import { LogOnDisk } from './audit-setup.js';
import { tempFolders } from './setup.js';

const newFolder = tempFolders();
const whole = { ok: true, problems: [], torn: [], unended: [] };

describe('a log of one file', () => {
  const log = new LogOnDisk(newFolder());
  let putBack: () => void;

  beforeAll(async () => {
    await log.write(1, 8);
    putBack = log.copy();
  });

  /** What verify says after a harm; the log is whole again afterwards. */
  const after = async (harm: () => void): Promise<string[]> => {
    harm();
    const faults = await log.faults();
    putBack();
    return faults;
  };
  const onLines = (change: (lines: string[]) => string[]): Promise<string[]> =>
    after(() => log.put(change(log.lines())));

  it('verifies when nobody touched it', async () => {
    expect(await log.verify()).toEqual({ ...whole, records: 8 });
  });

  it('tells a record that was altered', async () => {
    const altered = onLines((lines) => lines.with(3, lines[3]!.replace('systemctl reboot', 'systemctl status')));
    expect(await altered).toEqual(['audit.jsonl:4 Altered']);
  });

  it('tells a record that was altered together with its hash, and one whose followers were too', async () => {
    const rewritten = async (lines: string[], from: number, to: number): Promise<string[]> => {
      const result = [...lines];
      for (let i = from; i <= to; i++) {
        const before = JSON.parse(result[i - 1]!) as AuditRecord;
        const { seq: _seq, at, prev: _prev, chain: _chain, ...entry } = JSON.parse(result[i]!) as AuditRecord;
        result[i] = lineOf(await recordAfter(before, { ...(entry as ReturnType<typeof auditEntry>), id: 'x' }, at));
      }
      return result;
    };
    const lines = log.lines();
    const [one, all] = [await rewritten(lines, 3, 3), await rewritten(lines, 3, 7)];
    expect(await onLines(() => one)).toEqual(['audit.jsonl:5 Altered']);
    expect(await onLines(() => all)).toEqual(['audit.jsonl:8 Altered']);
  });

  it.each([
    ['at the start', 0, 1, 'audit.jsonl:1 Removed'],
    ['in the middle', 3, 2, 'audit.jsonl:4 Removed'],
    ['at the end', 7, 1, 'audit.jsonl:7 Truncated'],
    ['at the end, all but one', 1, 7, 'audit.jsonl:1 Truncated'],
    ['all', 0, 8, 'audit.jsonl:0 Truncated'],
  ])('tells records that were removed %s', async (_where, from, count, fault) => {
    expect(await onLines((lines) => lines.toSpliced(from, count))).toEqual([fault]);
  });

  it('tells records in another order, a record that stands twice, and a line that was put in', async () => {
    expect(await onLines((lines) => lines.with(2, lines[3]!).with(3, lines[2]!))).toEqual([
      'audit.jsonl:3 Removed',
      'audit.jsonl:4 Reordered',
    ]);
    expect(await onLines((lines) => lines.toSpliced(3, 0, lines[2]!))).toEqual(['audit.jsonl:4 Duplicated']);
    expect(await onLines((lines) => lines.toSpliced(3, 0, ''))).toEqual(['audit.jsonl:4 Altered']);
    expect(await onLines((lines) => [...lines, '{"event":"step"}'])).toEqual(['audit.jsonl:9 Altered']);
  });

  it('tells a file that was cut off, wherever', async () => {
    const bytes = log.bytes();
    for (let length = 0; length < bytes.length; length += 97)
      expect(await after(() => writeFileSync(log.path(), bytes.subarray(0, length)))).toContainEqual(
        expect.stringMatching('Truncated'),
      );
    expect(await after(() => writeFileSync(log.path(), bytes.subarray(0, -1)))).toHaveLength(1);
  });

  it('tells a log that is gone, and a head that is gone or damaged', async () => {
    expect(await after(() => rmSync(log.path()))).toEqual(['audit.jsonl:0 Truncated']);
    expect(await after(() => rmSync(log.folder, { recursive: true }))).toEqual(['audit.jsonl:0 Truncated']);
    expect(await after(() => rmSync(log.headPath))).toEqual([
      'audit-head.json:0 The head is missing; what was cut off the end cannot be told',
    ]);
    const head = JSON.parse(readFileSync(log.headPath, 'utf8')) as Record<string, unknown>;
    for (const text of ['', '{}', JSON.stringify({ ...head, seq: -1 }), JSON.stringify({ ...head, chain: 'x' })])
      expect(await after(() => writeFileSync(log.headPath, text))).toEqual(['audit-head.json:0 The head is damaged']);
    const other = { ...head, chain: '0'.repeat(64) };
    expect(await after(() => writeFileSync(log.headPath, JSON.stringify(other)))).toEqual(['audit.jsonl:8 Altered']);
  });

  it('tells any change of a single byte', async () => {
    const bytes = log.bytes();
    const place = fc.nat({ max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ flip;
        expect(await after(() => writeFileSync(log.path(), changed))).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('tells any other choice or order of its lines', async () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    const others = fc.oneof(
      fc.subarray(numbers, { maxLength: 7 }),
      fc.shuffledSubarray(numbers),
      fc.array(fc.constantFrom(...numbers), { maxLength: 10 }),
    );
    await fc.assert(
      fc.asyncProperty(others, async (chosen) => {
        fc.pre(chosen.join() !== numbers.join());
        expect(await onLines((lines) => chosen.map((i) => lines[i]!))).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['cut off', (lines: string[]) => lines.slice(0, 5), ['audit.jsonl:6 Removed']],
    [
      'altered at its end',
      (lines: string[]) => lines.with(7, lines[7]!.replace('reboot', 'status')),
      ['audit.jsonl:8 Altered'],
    ],
    ['emptied', () => [], ['audit.jsonl:1 Removed']],
  ])('still tells it after more was appended to a log that was %s', async (_how, harm, faults) => {
    log.put(harm(log.lines()));
    await log.write(9, 11);
    expect(await log.faults()).toEqual(faults);
    putBack();
  });

  it('still tells that the head was gone after more was appended', async () => {
    rmSync(log.headPath);
    await log.write(9, 10);
    expect(await log.faults()).toEqual([expect.stringMatching('audit.jsonl:9 The head was missing')]);
    putBack();
  });

  it('takes nothing more where both its end and the head are damaged', async () => {
    log.put(log.lines().with(7, '{}'));
    writeFileSync(log.headPath, '{}');
    await expect(log.open().append([auditEntry(9)])).rejects.toMatchObject({
      kind: 'not_allowed',
      hint: expect.stringContaining('jetfleet audit verify'),
    });
    putBack();
  });
});

describe('a log of several files', () => {
  const log = new LogOnDisk(newFolder(), 1500);
  let putBack: () => void;
  const after = async (harm: () => void): Promise<string[]> => {
    harm();
    const faults = await log.faults();
    putBack();
    return faults;
  };

  beforeAll(async () => {
    await log.write(1, 20);
    putBack = log.copy();
  });

  it('puts full files aside and chains across them', async () => {
    expect(log.files().length).toBeGreaterThan(4);
    expect(log.files()).toContain('audit-000001.jsonl');
    for (const name of log.files()) expect(log.bytes(name).length).toBeLessThanOrEqual(1500);
    expect(await log.verify()).toEqual({ ...whole, records: 20 });
  });

  it('tells a file that is missing, first, middle or last, and two that changed places', async () => {
    const [one, two] = ['audit-000001.jsonl', 'audit-000002.jsonl'];
    const last = log
      .files()
      .filter((name) => name !== 'audit.jsonl')
      .at(-1)!;
    for (const name of [one, two, last])
      expect(await after(() => rmSync(log.path(name)))).toEqual(
        expect.arrayContaining([`${name}:0 Removed`, expect.stringMatching(/:1 Removed/)]),
      );
    const swap = (): void => {
      renameSync(log.path(one), log.path('x'));
      renameSync(log.path(two), log.path(one));
      renameSync(log.path('x'), log.path(two));
    };
    expect(await after(swap)).toContainEqual(expect.stringMatching('Reordered'));
  });

  it('tells a line that was cut short at the end of a file that was put aside', async () => {
    const name = 'audit-000002.jsonl';
    const harmed = after(() => writeFileSync(log.path(name), log.bytes(name).subarray(0, -30)));
    expect(await harmed).toEqual([`${name}:${log.lines(name).length} Truncated`, expect.stringMatching('Removed')]);
  });
});
