import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../src/core/audit/entry.js';
import { auditEntry } from '../../contract/audit-log.js';
import { LogOnDisk } from './audit-setup.js';
import { type Server, serverMaker } from './servers.js';
import { tempFolders } from './setup.js';

const newFolder = tempFolders();

/** What is on disk when a server dies in mid-write: `whole` of the group's lines and a part of the next, and the head as before. */
async function dieWriting(log: LogOnDisk, whole: number, part: (line: string) => string): Promise<void> {
  const [head, bytes] = [readFileSync(log.headPath), log.bytes()];
  const before = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
  await log.open().append(Array.from({ length: whole + 1 }, (_, i) => auditEntry(100 + i)));
  const lines = log.bytes().subarray(before.length).toString().split('\n');
  const rest = lines.slice(0, whole).map((line) => `${line}\n`);
  writeFileSync(log.path(), Buffer.concat([before, Buffer.from(rest.join('') + part(lines[whole]!))]));
  writeFileSync(log.headPath, head);
}

const half = (line: string): string => line.slice(0, line.length / 2);

describe('a server that dies while it appends', () => {
  it.each([
    ['half a line', 0, half],
    ['two records and half a line', 2, half],
    ['a line without its newline', 0, (line: string) => line],
    ['zeros, as a power cut leaves them', 0, (line: string) => '\0'.repeat(line.length)],
    ['one byte', 1, () => '{'],
  ])('leaves %s: torn, and no tampering; the next goes on', async (_what, whole, part) => {
    const log = new LogOnDisk(newFolder());
    await log.write(1, 3);
    await dieWriting(log, whole, part);
    // First the line itself, then the record that notes it.
    const torn = [{ file: 'audit.jsonl', line: 4 + whole }];
    expect(await log.verify()).toEqual({ ok: true, records: 3 + whole, problems: [], torn, unended: [] });
    await log.write(4, 6);
    expect(await log.verify()).toEqual({ ok: true, records: 7 + whole, problems: [], torn, unended: [] });
  });

  it('leaves records that the head does not count yet: the next goes on after them', async () => {
    const log = new LogOnDisk(newFolder());
    await log.write(1, 3);
    await dieWriting(log, 2, () => '');
    expect(await log.verify()).toEqual({ ok: true, records: 5, problems: [], torn: [], unended: [] });
    await log.write(4, 5);
    expect(await log.verify()).toEqual({ ok: true, records: 7, problems: [], torn: [], unended: [] });
  });

  it('may die again and again', async () => {
    const home = newFolder();
    const log = new LogOnDisk(home);
    await log.write(1, 2);
    for (let times = 0; times < 6; times++) {
      await dieWriting(log, times % 3, half);
      expect(await log.faults()).toEqual([]);
    }
    await new LogOnDisk(home, 2000).write(3, 20);
    expect(log.files().length).toBeGreaterThan(2);
    const { ok, torn } = await log.verify();
    // Six deaths, one of them while it wrote the note on the one before.
    expect([ok, torn.length]).toEqual([true, 5]);
  });

  it('may die after it has put a file aside, and before it began the next', async () => {
    const log = new LogOnDisk(newFolder());
    await log.write(1, 3);
    renameSync(log.path(), log.path('audit-000001.jsonl'));
    expect(await log.verify()).toEqual({ ok: true, records: 3, problems: [], torn: [], unended: [] });
    await log.write(4, 5);
    expect([log.lines().length, await log.verify()]).toEqual([
      2,
      { ok: true, records: 5, problems: [], torn: [], unended: [] },
    ]);
  });

  it('is no cover for who tears a record', async () => {
    const log = new LogOnDisk(newFolder());
    await log.write(1, 3);
    writeFileSync(log.path(), log.bytes().subarray(0, -20));
    expect(await log.faults()).toEqual(['audit.jsonl:3 Truncated']);
    await log.write(4, 5);
    expect(await log.faults()).toEqual(['audit.jsonl:3 Removed']);
  });

  it('does not lend its records to a forger: what does not follow from the head is not followed', async () => {
    const [log, other] = [new LogOnDisk(newFolder()), new LogOnDisk(newFolder())];
    await log.write(1, 3);
    await other.write(11, 15);
    log.put(other.lines());
    await log.write(4, 5);
    expect(await log.faults()).not.toEqual([]);
  });
});

describe('a server that is killed with kill -9', () => {
  let start: (body: string, input: unknown) => Promise<Server>;

  beforeAll(async () => {
    start = await serverMaker(newFolder());
  });

  const appendOn = `
    const log = new JsonlAuditLog({ ...input, clock });
    // Long records, so that the end comes in mid-write more often.
    for (let n = 1; ; n++) {
      await log.append([step(n, 'x'.repeat(300000)), step(-n)]);
      say(String(n));
    }
  `;

  it('has recorded all that it was told is recorded, and leaves a log that verifies and goes on', async () => {
    const log = new LogOnDisk(newFolder());
    const { folder, headPath } = log;
    for (let round = 1; round <= 5; round++) {
      const server = await start(appendOn, { folder, headPath, client: `server-${round}` });
      server.go();
      while (server.said.length < 2 * round) await new Promise((done) => setTimeout(done, 1));
      server.process.kill('SIGKILL');
      expect(await server.ended).toBeNull();
      // As if the ten seconds had passed after which nobody waits for a dead server.
      if (existsSync(log.path('audit.jsonl.lock'))) utimesSync(log.path('audit.jsonl.lock'), 1_000_000, 1_000_000);
      expect(await log.faults()).toEqual([]);
      await log.open().append([auditEntry(1000 + round)]);
      expect(await log.faults()).toEqual([]);
      // A quick server writes more than one file holds.
      const steps = log
        .files()
        .flatMap((file) => log.lines(file))
        .flatMap((line) => (line.startsWith('{"asker') ? [JSON.parse(line) as AuditRecord & { event: 'step' }] : []))
        .filter(({ asker }) => asker.client === `server-${round}`)
        .map((record) => record.step);
      for (const number of server.said.map(Number)) expect(steps).toEqual(expect.arrayContaining([number, -number]));
    }
  });
});
