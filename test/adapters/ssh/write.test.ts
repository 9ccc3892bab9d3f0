import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeScript } from '../../../src/core/linux/write-file.js';
import type { FileWrite } from '../../../src/core/step.js';
import { smallDisk } from '../../setup/small-disk.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { failureOf, never, rig, type Rig } from './rig.js';

const hashOf = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
const bytes = (content: string | Uint8Array): Uint8Array => new Uint8Array(Buffer.from(content));
const writeOf = (path: string, content: string | Uint8Array, more: Partial<FileWrite> = {}): FileWrite => ({
  path,
  content: bytes(content),
  sha256: hashOf(content),
  ...more,
});
const everyByte = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 7 + (index >> 8)) % 256);
const programs = ['sh', 'mktemp', 'head', 'sha256sum', 'stat', 'chown', 'chmod', 'sync', 'mv', 'rm'];

const setups = [
  { rights: 'nopasswd', tools: 'GNU' },
  { rights: 'password', tools: 'GNU' },
  // Logged in as root: sudo would look for programs on a path of its own.
  { rights: 'root', tools: 'BusyBox' },
] as const;

it('is a text that every login shell passes on', () => {
  expect(writeScript).not.toMatch(/['\\\n]/);
});

describe.each(setups)('writing as root ($rights), with $tools tools', ({ rights, tools }) => {
  describeWith(sshdUnavailable({ rights }), 'over a real sshd', () => {
    let the: Rig;
    let folder: string;
    const at = (name: string): string => join(folder, name);
    const write = (given: FileWrite): Promise<void> => the.device.files.write(given, never());
    beforeAll(async () => {
      const settings = rights === 'password' ? { sudo: { password: 'env:SUDO' } as const } : {};
      the = await rig({ rights }, { settings });
      the.secrets.set('env:SUDO', the.server.password ?? '');
      folder = join(the.server.folder, 'files');
      mkdirSync(folder);
      chmodSync(folder, 0o755);
      if (tools === 'BusyBox') {
        for (const name of programs) the.server.standIn(name, `exec busybox ${name} "$@"`);
        const { stdout } = await the.device.run({ argv: ['sh', '-c', 'readlink /proc/$$/exe'] }, never());
        expect(Buffer.from(stdout).toString()).toContain('busybox');
      }
    });
    afterAll(() => the.stop());

    it.each([
      ['empty', ''],
      ['text without a newline at its end', 'a\nb'],
      ['every byte, 1 MiB', everyByte],
      ['what looks like an answer of sudo', 'Password: \n\0\n'],
    ])('brings over %s exactly', async (_name, content) => {
      await write(writeOf(at('exact'), content, { sudo: true }));
      expect(readFileSync(at('exact')).equals(Buffer.from(content))).toBe(true);
      await the.device.run({ argv: ['rm', at('exact')], sudo: true }, never());
    });

    it('keeps owner, group and permissions of what it replaces, and takes the mode it is given', async () => {
      writeFileSync(at('kept'), 'old');
      chownSync(at('kept'), 12345, 54321);
      chmodSync(at('kept'), 0o640);
      await write(writeOf(at('kept'), 'new', { sudo: true, replaces: hashOf('old') }));
      expect(lstatSync(at('kept'))).toMatchObject({ uid: 12345, gid: 54321, mode: 0o100640 });
      await write(writeOf(at('kept'), 'newer', { sudo: true, mode: 0o604 }));
      expect(lstatSync(at('kept'))).toMatchObject({ uid: 12345, gid: 54321, mode: 0o100604 });
      await write(writeOf(at('fresh'), 'new', { sudo: true, mode: 0o600 }));
      expect(lstatSync(at('fresh'))).toMatchObject({ uid: 0, gid: 0, mode: 0o100600 });
      await write(writeOf(at('fresh 2 $(x) "y" \'z\''), 'new', { sudo: true }));
      expect(lstatSync(at('fresh 2 $(x) "y" \'z\''))).toMatchObject({ uid: 0, mode: 0o100644 });
    });

    it('says why it did not, and leaves everything as it was', async () => {
      writeFileSync(at('there'), 'old');
      symlinkSync('there', at('link'));
      symlinkSync('nowhere', at('dangling'));
      execFileSync('mkfifo', [at('pipe')]);
      mkdirSync(at('folder'));
      const before = readdirSync(folder).sort();
      const refused = async (path: string, more: Partial<FileWrite> = {}): Promise<string> =>
        (await failureOf(write(writeOf(path, 'new', { sudo: true, ...more })))).message;
      expect(await refused(at('there'), { replaces: null })).toMatch(/is not the one that was to be replaced/);
      expect(await refused(at('there'), { replaces: hashOf('older') })).toMatch(/is not the one/);
      expect(await refused(at('absent'), { replaces: hashOf('old') })).toMatch(/is not the one/);
      expect(await refused(at('link'))).toMatch(/is a symbolic link/);
      expect(await refused(at('dangling'), { replaces: null })).toMatch(/is a symbolic link/);
      expect(await refused(at('pipe'))).toMatch(/is not a regular file/);
      expect(await refused(at('folder'))).toMatch(/is not a regular file/);
      expect(await refused(at('none/file'))).toMatch(/The folder of that file does not exist/);
      expect(await refused(at('there'), { sha256: hashOf('other') })).toMatch(/did not arrive whole/);
      expect(await refused(at('there/'))).toMatch(/is absolute, names a file/);
      expect(await refused('/proc/jetfleet')).toMatch(/lacks a right/);
      expect(readdirSync(folder).sort()).toEqual(before);
      expect(readFileSync(at('there'), 'utf8')).toBe('old');
    });
  });
});

describeWith(sshdUnavailable(), 'writing as the login user', () => {
  let the: Rig;
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const refused = async (path: string): Promise<string> =>
    (await failureOf(the.device.files.write(writeOf(path, 'new'), never()))).message;
  beforeAll(async () => {
    the = await rig();
    folder = join(the.server.folder, 'files');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
  });
  afterAll(() => the.stop());

  it('needs the rights for it', async () => {
    writeFileSync(at('of-root'), 'old');
    expect(await refused(at('of-root'))).toMatch(/lacks a right/);
    expect(await refused('/etc/jetfleet-test')).toMatch(/lacks a right/);
    expect(await refused('/root/jetfleet-test')).toMatch(/lacks a right/);
    expect([readFileSync(at('of-root'), 'utf8'), readdirSync(folder)]).toEqual(['old', ['of-root']]);
  });

  const disk = smallDisk('64k');
  describeWith(disk.missing, 'on a file system of 64 KiB', () => {
    const small = disk.folder;
    afterAll(() => disk.remove());
    it('tells a full disk, and takes its half file away', async () => {
      const file = join(small, 'file');
      writeFileSync(file, 'old');
      chmodSync(file, 0o666);
      const full = the.device.files.write(writeOf(file, everyByte), never());
      expect(await failureOf(full)).toMatchObject({
        kind: 'command_failed',
        message: expect.stringContaining('no room'),
      });
      expect([readdirSync(small), readFileSync(file, 'utf8')]).toEqual([['file'], 'old']);
    });
  });

  it.each(['cancelled', 'cut'])('leaves no half file when it is %s', async (how) => {
    the.server.standIn('sync', 'touch "$SLOW"; exec sleep 30'.replace('$SLOW', at('reached')));
    chmodSync(folder, 0o777);
    const cancel = new AbortController();
    const writing = failureOf(the.device.files.write(writeOf(at('new'), 'new'), cancel.signal));
    while (!readdirSync(folder).includes('reached')) await new Promise((resolve) => setTimeout(resolve, 10));
    if (how === 'cancelled') cancel.abort();
    else the.server.cut();
    expect((await writing).kind).toBe(how === 'cancelled' ? 'cancelled' : 'unreachable');
    const temporary = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith('.'));
    while (temporary().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readdirSync(folder)).not.toContain('new');
    the.server.standIn('sync', 'exit 0');
    execFileSync('rm', [at('reached')]);
  });
});
