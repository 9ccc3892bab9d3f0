import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { endCopyCommand } from '../../../src/core/linux/end-copy.js';
import type { FileCopy } from '../../../src/core/step.js';
import { copiesContract } from '../../contract/copies.js';
import { smallDisk } from '../../setup/small-disk.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { contractFolder, failureOf, never, rig, type Rig } from './rig.js';

const megabyte = 1024 * 1024;

describeWith(sshdUnavailable(), 'copies over a real sshd', () => {
  let the: Rig;
  let folder: string;
  const copyOf = (name: string, content: Uint8Array, more: Partial<FileCopy> = {}): FileCopy => ({
    copyTo: join(folder, name),
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    from: 'a test',
    ...more,
  });
  beforeAll(async () => {
    the = await rig();
    folder = join(the.server.folder, 'copies');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
  });
  afterAll(() => the.stop());

  copiesContract('SshFleet', async () => {
    const other = await rig();
    return { fleet: other.fleet, device: 'board-1', folder: contractFolder(other.server), stop: () => other.stop() };
  });

  it('brings every byte, in pieces of any size, with the mode that was asked for', async () => {
    const content = randomBytes(3 * megabyte + 17);
    const copy = copyOf('large', content, { mode: 0o640 });
    const { files } = the.device;
    for (let at = 0, size = 1; at < content.length; at += size, size = size * 7 + 1)
      await files.putPiece(copy, at, content.subarray(at, at + size), never());
    await files.endCopy(copy, never());
    expect(readFileSync(copy.copyTo).equals(content)).toBe(true);
    expect(statSync(copy.copyTo).mode & 0o7777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['large']);
    // Once more, as after a cut link that left the end in doubt.
    await files.endCopy(copy, never());
  });

  it('replaces a file only once the whole copy is there, and a left-over of something longer at once', async () => {
    const copy = copyOf('replaced', Buffer.from('new'));
    writeFileSync(copy.copyTo, 'the old one');
    chmodSync(copy.copyTo, 0o666);
    writeFileSync(`${copy.copyTo}.jetfleet-part`, 'the part of another, longer file');
    expect(await the.device.files.copied(copy, never())).toBe(0);
    await the.device.files.putPiece(copy, 0, Buffer.from('new'), never());
    expect(readFileSync(copy.copyTo, 'utf8')).toBe('the old one');
    await the.device.files.endCopy(copy, never());
    expect(readFileSync(copy.copyTo, 'utf8')).toBe('new');
  });

  it('follows no link, of the part or of the path', async () => {
    const [victim, copy] = [join(folder, 'victim'), copyOf('linked', Buffer.from('evil'))];
    writeFileSync(victim, 'as it was');
    chmodSync(victim, 0o666);
    symlinkSync(victim, `${copy.copyTo}.jetfleet-part`);
    expect(await failureOf(the.device.files.putPiece(copy, 0, Buffer.from('evil'), never()))).toMatchObject({
      kind: 'command_failed',
    });
    const through = copyOf('through', Buffer.from('evil'));
    symlinkSync(victim, through.copyTo);
    await the.device.files.putPiece(through, 0, Buffer.from('evil'), never());
    const failure = await failureOf(the.device.files.endCopy(through, never()));
    expect(failure.message).toMatch(/symbolic link/);
    expect(readFileSync(victim, 'utf8')).toBe('as it was');
  });

  it('says what is in the way', async () => {
    const absent = copyOf('no/such/folder', Buffer.from('x'));
    expect(await failureOf(the.device.files.putPiece(absent, 0, Buffer.from('x'), never()))).toMatchObject({
      kind: 'command_failed',
      message: 'The folder of that path does not exist on the device.',
    });
    const denied = { ...absent, copyTo: '/etc/jetfleet-test' };
    expect(await failureOf(the.device.files.putPiece(denied, 0, Buffer.from('x'), never()))).toMatchObject({
      kind: 'not_allowed',
    });
    for (const copyTo of ['relative', '/', '/a/..', '/a\nb'])
      expect(await failureOf(the.device.files.copied({ ...absent, copyTo }, never()))).toMatchObject({
        kind: 'invalid_input',
      });
  });

  it('goes on after a cut link, from what arrived', async () => {
    const content = randomBytes(8 * megabyte);
    const copy = copyOf('cut', content);
    await the.device.files.putPiece(copy, 0, content.subarray(0, megabyte), never());
    const piece = failureOf(the.device.files.putPiece(copy, megabyte, content.subarray(megabyte), never()));
    while (statSync(`${copy.copyTo}.jetfleet-part`).size === megabyte) await new Promise((go) => setImmediate(go));
    the.server.cut();
    expect(await piece).toMatchObject({ kind: 'unreachable', retry: 'check_first' });
    const there = await the.device.files.copied(copy, never());
    expect(there).toBeGreaterThanOrEqual(megabyte);
    expect(there).toBeLessThan(content.length);
    await the.device.files.putPiece(copy, there, content.subarray(there), never());
    await the.device.files.endCopy(copy, never());
    expect(readFileSync(copy.copyTo).equals(content)).toBe(true);
  });

  const disk = smallDisk('2m');
  afterAll(() => {
    if (disk.missing === undefined) disk.remove();
  });
  describeWith(disk.missing, 'onto a disk that is full', () => {
    it('keeps what came before, without a hole, and goes on once there is room', async () => {
      const content = randomBytes(megabyte);
      const copy = { ...copyOf('full', content), copyTo: join(disk.folder, 'full') };
      disk.fill(600 * 1024);
      const { files } = the.device;
      await files.putPiece(copy, 0, content.subarray(0, 1000), never());
      expect(await failureOf(files.putPiece(copy, 1000, content.subarray(1000), never()))).toMatchObject({
        kind: 'command_failed',
        retry: 'check_first',
      });
      expect(await files.copied(copy, never())).toBe(1000);
      disk.fill(0);
      writeFileSync(join(disk.folder, 'filler'), '');
      await files.putPiece(copy, 1000, content.subarray(1000), never());
      await files.endCopy(copy, never());
      expect(readFileSync(copy.copyTo).equals(content)).toBe(true);
    });
  });

  it('is a text that every login shell passes on', () => {
    expect(endCopyCommand(copyOf('x', Buffer.from('x'))).argv[2]).not.toMatch(/['\\\n]/);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});
