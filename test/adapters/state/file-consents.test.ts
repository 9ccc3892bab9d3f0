import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FileConsents } from '../../../src/adapters/state/file-consents.js';
import { pendingPlan } from '../../contract/consents.js';
import { clockOf, tempFolders } from './setup.js';

const newFolder = tempFolders();
const startMs = 1_800_000_000_000;
const hourMs = 3_600_000;

function setUp() {
  const [folder, time] = [join(newFolder(), 'state'), { nowMs: startMs }];
  return { folder, path: join(folder, 'consents.json'), time, consents: new FileConsents(folder, clockOf(time)) };
}

describe('the file of plans', () => {
  it('is its user’s alone', async () => {
    const { folder, path, consents } = setUp();
    await consents.offer(pendingPlan('a'));
    expect([statSync(folder).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('remembers for an hour what expired or was spent, and no longer', async () => {
    const { path, time, consents } = setUp();
    const [spent, expired] = [pendingPlan('spent'), pendingPlan('expired')];
    await consents.offer(spent);
    await consents.offer(expired);
    await consents.spend(spent.token);
    const later = async (name: string, ms: number): Promise<unknown[]> => {
      time.nowMs = ms;
      await consents.offer(pendingPlan(name, { expiresAtMs: ms + 1 }));
      const found = [await consents.find(spent.token), await consents.find(expired.token)];
      return found.map(({ state }) => state);
    };
    expect(await later('b', spent.expiresAtMs + hourMs)).toEqual(['spent', 'expired']);
    expect(await later('c', spent.expiresAtMs + hourMs + 1)).toEqual(['unknown', 'unknown']);
    expect(readFileSync(path, 'utf8')).not.toContain(spent.token);
  });

  it('keeps two hundred plans, the newest', async () => {
    const { consents } = setUp();
    for (let i = 0; i < 203; i++) await consents.offer(pendingPlan(`p${i}`));
    const left = await consents.pending();
    expect([left.length, left[0]?.token, left.at(-1)?.token]).toEqual([200, 'token-of-p202', 'token-of-p3']);
  });

  it('keeps as many long plans as there is room for, and refuses one without end', async () => {
    const { path, consents } = setUp();
    const text = 'x'.repeat(900_000);
    for (let i = 0; i < 6; i++) await consents.offer(pendingPlan(`p${i}`, { text }));
    expect((await consents.pending()).map(({ token }) => token)).toEqual([5, 4, 3, 2].map((i) => `token-of-p${i}`));
    expect(statSync(path).size).toBeLessThan(4_100_000);
    const endless = pendingPlan('endless', { text: 'x'.repeat(5_000_000) });
    await expect(consents.offer(endless)).rejects.toMatchObject({ kind: 'invalid_input' });
    expect(await consents.pending()).toHaveLength(4);
  });

  it.each([
    ['empty', ''],
    ['cut off', '{"version":1,"plans":[{"id":"a1'],
    ['of a later version', '{"version":2,"plans":[],"spent":[]}'],
    ['with a field it does not know', '{"version":1,"plans":[],"spent":[],"all":"approved"}'],
    ['with a plan that is none', '{"version":1,"plans":[{"token":"t"}],"spent":[]}'],
  ])('is refused, and left, when it is damaged: %s', async (_how, text) => {
    const { path, consents } = setUp();
    await consents.offer(pendingPlan('a'));
    writeFileSync(path, text);
    const refusal = { kind: 'not_allowed', retry: 'no', hint: expect.stringContaining(`Remove ${path}`) };
    await expect(consents.find('token-of-a')).rejects.toMatchObject(refusal);
    await expect(consents.spend('token-of-a')).rejects.toMatchObject(refusal);
    await expect(consents.offer(pendingPlan('b'))).rejects.toMatchObject(refusal);
    await expect(consents.approve('CODE-A', 'ops')).rejects.toMatchObject(refusal);
    await expect(consents.byCode('CODE-A')).rejects.toMatchObject(refusal);
    await expect(consents.pending()).rejects.toMatchObject(refusal);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is not followed when it is a link', async () => {
    const [other, folder] = [setUp(), newFolder()];
    await other.consents.offer(pendingPlan('a'));
    symlinkSync(other.path, join(folder, 'consents.json'));
    const linked = new FileConsents(folder, clockOf({ nowMs: startMs }));
    await expect(linked.find('token-of-a')).rejects.toMatchObject({ kind: 'not_allowed' });
    await expect(linked.offer(pendingPlan('c'))).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(await other.consents.pending()).toHaveLength(1);
  });
});
