import { chmodSync, chownSync, constants, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { mkdir, rmdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { JsonlAuditLog } from '../../../src/adapters/state/audit/jsonl-audit-log.js';
import { FileLock } from '../../../src/adapters/state/file-lock.js';
import { openPrivate, privateFolder, readPrivate, writePrivate } from '../../../src/adapters/state/private-files.js';
import { auditEntry } from '../../contract/audit-log.js';
import { describeWith } from '../../setup/suite.js';
import { tempFolders } from './setup.js';

const newFolder = tempFolders();
const notAllowed = { name: 'Failure', kind: 'not_allowed' };
const notRoot = process.getuid?.() === 0 ? undefined : 'only root can give files away';

describe('private files', () => {
  it('are read as they were written, and are nobody else’s', async () => {
    const path = join(newFolder(), 'a');
    expect(await readPrivate(path)).toBeUndefined();
    await writePrivate(path, 'one');
    await writePrivate(path, 'two');
    expect([await readPrivate(path), statSync(path).mode & 0o777]).toEqual(['two', 0o600]);
    expect(readdirSync(join(path, '..'))).toEqual(['a']);
  });

  it('are closed to others when their folder was open', async () => {
    const folder = join(newFolder(), 'a');
    mkdirSync(folder, { mode: 0o755 });
    await privateFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['a link', (path: string) => symlinkSync(process.execPath, path)],
    ['a link to nothing', (path: string) => symlinkSync('x', path)],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    [
      'writable by others',
      (path: string) => {
        writeFileSync(path, '');
        chmodSync(path, 0o622);
      },
    ],
  ])('are refused as %s', async (_what, make) => {
    const folder = newFolder();
    make(join(folder, 'a'));
    await expect(readPrivate(join(folder, 'a'))).rejects.toMatchObject(notAllowed);
  });

  it('holds for the audit log and its head, and nothing is written through a link', async () => {
    const home = newFolder();
    const places = { folder: join(home, 'audit'), headPath: join(home, 'data/head.json') };
    const log = new JsonlAuditLog({ ...places, clock: { now: () => 0 } });
    const victim = join(home, 'victim');
    writeFileSync(victim, 'mine');
    mkdirSync(places.folder);
    symlinkSync(victim, join(places.folder, 'audit.jsonl'));
    await expect(log.append([auditEntry(1)])).rejects.toMatchObject(notAllowed);
    expect(statSync(victim).size).toBe(4);
  });
});

describeWith(notRoot, 'private files of another user', () => {
  it('are refused, file and folder', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'a'), '');
    chownSync(join(folder, 'a'), 65_534, 65_534);
    await expect(openPrivate(join(folder, 'a'), constants.O_RDONLY)).rejects.toMatchObject(notAllowed);
    chownSync(folder, 65_534, 65_534);
    await expect(privateFolder(folder)).rejects.toMatchObject(notAllowed);
  });
});

describe('a lock', () => {
  it('lets one work at a time, within a process and between two views', async () => {
    const path = join(newFolder(), 'a');
    const locks = [new FileLock(path), new FileLock(path)];
    let inside = 0;
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      seen.push(++inside);
      await new Promise((done) => setTimeout(done, 2));
      inside--;
    };
    await Promise.all(Array.from({ length: 12 }, (_, i) => locks[i % 2]!.hold(work)));
    expect(seen).toEqual(Array.from({ length: 12 }, () => 1));
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('is free again after work that failed, and passes the result on', async () => {
    const lock = new FileLock(join(newFolder(), 'a'));
    await expect(lock.hold(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await lock.hold(() => Promise.resolve(7))).toBe(7);
  });

  it('is waited for, but not for ever, and nothing is done without it', async () => {
    const path = join(newFolder(), 'a');
    await mkdir(`${path}.lock`);
    let done = false;
    const waiting = new FileLock(path, 50).hold(async () => Promise.resolve((done = true)));
    await expect(waiting).rejects.toMatchObject({ kind: 'timeout', retry: 'yes' });
    expect(done).toBe(false);
  });

  it('does not wait for what will not get better', async () => {
    const lock = new FileLock(join(newFolder(), 'missing', 'a'));
    await expect(lock.hold(() => Promise.resolve())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells its holder, before and after, that another has taken it; and leaves it to the other', async () => {
    const path = join(newFolder(), 'a');
    const steal = async (): Promise<void> => {
      await rmdir(`${path}.lock`);
      await mkdir(`${path}.lock`);
    };
    let wrote = false;
    const checking = new FileLock(path).hold(async (held) => {
      await steal();
      await held();
      wrote = true;
    });
    await expect(checking).rejects.toMatchObject({ kind: 'timeout', retry: 'check_first' });
    expect([wrote, readdirSync(join(path, '..'))]).toEqual([false, ['a.lock']]);
    await rmdir(`${path}.lock`);
    await expect(new FileLock(path).hold(steal)).rejects.toMatchObject({ kind: 'timeout', retry: 'check_first' });
    expect(readdirSync(join(path, '..'))).toEqual(['a.lock']);
  });

  it('is taken over from a dead server, also one that died while it took over', async () => {
    const path = join(newFolder(), 'a');
    for (const name of [`${path}.lock`, `${path}.lock.stale`]) {
      await mkdir(name);
      await utimes(name, 1_000_000, 1_000_000);
    }
    expect(await new FileLock(path).hold(() => Promise.resolve(7))).toBe(7);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });
});
