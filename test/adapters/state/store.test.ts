import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { migrations } from '../../../src/adapters/state/store/migrations.js';
import { openDatabase } from '../../../src/adapters/state/store/open-database.js';
import { SqlStore } from '../../../src/adapters/state/store/sql-store.js';
import { storeContract } from '../../contract/store.js';
import { FakeStore } from '../../fakes/fake-store.js';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-store-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'jetfleet.db');
}
function opened(path: string, steps = migrations): SqlStore {
  const store = new SqlStore(() => openDatabase(path, steps));
  closing.push(() => store.close());
  return store;
}
const reported = (device: string, atMs = 1) => [{ device, address: '["a"]', facts: { l4t: '36.4.7' }, atMs }];
const later = {
  ...migrations,
  '2030-01-01-more': {
    up: async (db: Kysely<unknown>) => {
      await sql`ALTER TABLE facts ADD COLUMN more TEXT`.execute(db);
    },
  },
};

describe('SqlStore', () => {
  storeContract(() => {
    const path = place();
    return Promise.resolve([opened(path), opened(path)]);
  });
});

describe('FakeStore', () => {
  storeContract(() => {
    const store = new FakeStore();
    return Promise.resolve([store, store]);
  });
});

describe('the store on disk', () => {
  it('is not there before something is asked of it, and is its owner’s alone', async () => {
    const path = place();
    const store = opened(path);
    expect(() => statSync(path)).toThrow(/ENOENT/);
    await store.facts.put(reported('nano'));
    for (const file of readdirSync(join(path, '..')).filter((name) => !name.endsWith('.lock')))
      expect([file, statSync(join(path, '..', file)).mode & 0o077]).toEqual([file, 0]);
  });

  it('is made once by servers that start together', async () => {
    const path = place();
    const stores = Array.from({ length: 5 }, () => opened(path));
    await Promise.all(stores.map((store, i) => store.facts.put(reported(`nano-${i}`, i))));
    expect(await opened(path).facts.list()).toHaveLength(5);
  });

  it('is brought forward with a copy of what was there before', async () => {
    const path = place();
    const old = opened(path);
    await old.facts.put(reported('nano'));
    await old.close();
    expect(await opened(path, later).facts.list()).toHaveLength(1);
    const copy = `${path}.before-2030-01-01-more`;
    expect(await opened(copy).facts.list()).toEqual(reported('nano'));
  });

  it('of a newer program is refused and left as it is', async () => {
    const path = place();
    const newer = opened(path, later);
    await newer.facts.put(reported('nano'));
    await newer.close();
    const before = readFileSync(path);
    const failure = { kind: 'unsupported', message: expect.stringContaining('newer') };
    await expect(opened(path).facts.list()).rejects.toMatchObject(failure);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(await opened(path, later).facts.list()).toHaveLength(1);
  });

  it('that is no database is refused and left as it is, and used again once it is mended', async () => {
    const path = place();
    await opened(path).facts.put(reported('nano'));
    await closing.pop()?.();
    for (const file of readdirSync(join(path, '..'))) rmSync(join(path, '..', file), { recursive: true });
    writeFileSync(path, 'no database at all, '.repeat(300));
    const store = opened(path);
    await expect(store.facts.list()).rejects.toMatchObject({ kind: 'unsupported' });
    expect(readFileSync(path, 'utf8')).toMatch(/^no database/);
    rmSync(path);
    expect(await store.facts.list()).toEqual([]);
  });

  it('that another user may write to is refused', async () => {
    const path = place();
    await opened(path).facts.put(reported('nano'));
    await closing.pop()?.();
    const { chmodSync } = await import('node:fs');
    chmodSync(path, 0o666);
    await expect(opened(path).facts.list()).rejects.toMatchObject({ kind: 'not_allowed' });
  });
});
