import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { FileConsents } from '../../../src/adapters/state/file-consents.js';
import type { AuditRecord } from '../../../src/core/audit/entry.js';
import { pendingPlan } from '../../contract/consents.js';
import { LogOnDisk, startMs } from './audit-setup.js';
import { type Server, serverMaker, together } from './servers.js';
import { tempFolders } from './setup.js';

const newFolder = tempFolders();
let start: (body: string, input: unknown) => Promise<Server>;
const startAll = (count: number, body: string, input: object): Promise<Server[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => start(body, { ...input, client: `server-${i}` })));

beforeAll(async () => {
  start = await serverMaker(newFolder());
});

const appendAll = `
const log = new JsonlAuditLog({ ...input, clock });
for (let n = 1; n <= input.count; n++) await log.append([step(n)]);
`;

/** A lock that a server left which died long ago. */
function leaveLock(path: string): void {
  mkdirSync(path, { recursive: true });
  utimesSync(path, 1_000_000, 1_000_000);
}

describe('several servers on one audit log', () => {
  it('keep one chain, across files, and their own order', async () => {
    const log = new LogOnDisk(newFolder());
    const { folder, headPath } = log;
    await together(await startAll(4, appendAll, { folder, headPath, maxBytes: 30_000, count: 100 }));
    expect(await log.verify()).toEqual({ ok: true, records: 400, problems: [], torn: [], unended: [] });
    const records = log
      .files()
      .sort((a, b) => (a === 'audit.jsonl' ? 1 : b === 'audit.jsonl' ? -1 : a.localeCompare(b)))
      .flatMap((name) => log.lines(name))
      .map((line) => JSON.parse(line) as AuditRecord & { event: 'step' });
    expect(log.files().length).toBeGreaterThan(3);
    for (let i = 0; i < 4; i++)
      expect(records.filter(({ asker }) => asker.client === `server-${i}`).map((record) => record.step)).toEqual(
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
  });

  it('can be verified while they write', async () => {
    const log = new LogOnDisk(newFolder());
    const { folder, headPath } = log;
    const servers = await startAll(2, appendAll, { folder, headPath, maxBytes: 3000, count: 60 });
    const writing = together(servers);
    const seen = new Set<number>();
    for (let records = 0; records < 120; seen.add(records)) {
      const verdict = await log.verify();
      expect(verdict).toMatchObject({ ok: true, torn: [] });
      ({ records } = verdict);
    }
    await writing;
    expect(seen.size).toBeGreaterThan(3);
  });

  it('take over the lock of a dead one, one after the other', async () => {
    for (let round = 0; round < 3; round++) {
      const log = new LogOnDisk(newFolder());
      leaveLock(log.path('audit.jsonl.lock'));
      const { folder, headPath } = log;
      await together(await startAll(6, appendAll, { folder, headPath, count: 5 }));
      expect(await log.verify()).toEqual({ ok: true, records: 30, problems: [], torn: [], unended: [] });
    }
  });
});

describe('several servers on one file of plans', () => {
  const spendAll = `
    const consents = new FileConsents(input.folder, clock);
    for (const token of input.tokens) say(token + ' ' + (await consents.spend(token)).state);
  `;

  it.each([
    ['', false],
    [', after one of them died with the lock', true],
  ])('spend each token once%s', async (_when, died) => {
    const folder = newFolder();
    const consents = new FileConsents(folder, { now: () => startMs });
    const names = Array.from({ length: 15 }, (_, i) => `n${i}`);
    for (const name of names) await consents.offer(pendingPlan(name));
    if (died) leaveLock(join(folder, 'consents.json.lock'));
    const tokens = names.map((name) => `token-of-${name}`);
    const said = (await together(await startAll(5, spendAll, { folder, tokens, nowMs: startMs }))).flat();
    for (const token of tokens)
      expect(said.filter((line) => line.startsWith(`${token} `)).sort()).toEqual([
        `${token} pending`,
        ...Array.from({ length: 4 }, () => `${token} spent`),
      ]);
    expect(await consents.pending()).toEqual([]);
  });

  it('lose none of the plans that they offer, approve and spend at once', async () => {
    const body = `
      const consents = new FileConsents(input.folder, clock);
      for (let n = 0; n < 40; n++) {
        const name = input.client + '-' + n;
        const plan = { ...input.plan, token: 'token-' + name, code: 'code-' + name };
        await consents.offer(plan);
        const approved = await consents.approve(plan.code, 'ops');
        if (approved.state !== 'pending') throw new Error(name + ' ' + approved.state);
        if (n % 2 === 0 && (await consents.spend(plan.token)).plan.approved.user !== 'ops') throw new Error(name);
      }
    `;
    const folder = newFolder();
    await together(await startAll(4, body, { folder, plan: pendingPlan('a'), nowMs: startMs }));
    const left = await new FileConsents(folder, { now: () => startMs }).pending();
    const names = Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: 20 }, (_, n) => `token-server-${i}-${2 * n + 1}`),
    );
    expect(left.map(({ token }) => token).sort()).toEqual(names.flat().sort());
  });
});

describe('several servers that would see a change through', () => {
  it('claim it one at a time, also where a lease has ended', async () => {
    const body = `
      const work = new FileAwaitedWork({ folder: input.folder, clock, logger });
      for (const id of input.ids) say(id + ' ' + (await work.claim(id, 'nano-01', 60000)));
    `;
    const folder = newFolder();
    const ids = Array.from({ length: 10 }, (_, i) => `c${i}`);
    for (const nowMs of [startMs, startMs + 120_000]) {
      const said = (await together(await startAll(5, body, { folder, ids, nowMs }))).flat();
      for (const id of ids) expect(said.filter((line) => line === `${id} true`)).toHaveLength(1);
      expect(said).toHaveLength(50);
    }
  });
});
