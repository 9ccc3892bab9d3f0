import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FileList } from '../../../tools/system/file_list.js';
import { FileRead } from '../../../tools/system/file_read.js';
import { FileWrite } from '../../../tools/system/file_write.js';
import { fakeCall } from '../../fakes/fake-device.js';
import { rig, type Rig } from '../../adapters/ssh/rig.js';
import { describeWith } from '../../setup/suite.js';
import { sshdUnavailable } from '../../setup/sshd.js';

describeWith(sshdUnavailable({ rights: 'nopasswd' }), 'the file tools over a real sshd', () => {
  let the: Rig;
  let folder: string;
  const call = fakeCall(Date.now());
  beforeAll(async () => {
    the = await rig({ rights: 'nopasswd' });
    folder = join(the.server.folder, 'files');
    mkdirSync(folder);
    execFileSync('chown', [the.server.user, folder]);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await the.stop();
  });

  const write = async (args: object) => {
    const tool = new FileWrite();
    const parsed = tool.spec.input.parse(args);
    const plan = await tool.prepare(parsed, the.device, call);
    return { plan, data: await tool.perform(parsed, plan, the.device, call) };
  };

  it('writes, reads and lists what it wrote', async () => {
    const path = join(folder, 'a b.txt');
    const { plan, data } = await write({ path, text: 'eins\nzwei ü\n', mode: '0640' });
    expect(plan.says).toBe('Makes a new file of 13 bytes.');
    expect(data.sizeBytes).toBe(13);
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['eins\nzwei ü\n', 0o640]);
    const again = await write({ path, text: 'eins\nzwei ü\n' });
    expect(again.plan.steps).toEqual([]);
    const read = new FileRead();
    const link = join(folder, 'link');
    symlinkSync(path, link);
    expect(await read.read(read.spec.input.parse({ path: link, maxBytes: 16 }), the.device, call)).toMatchObject({
      path,
      content: 'eins\nzwei ü\n',
      mode: '0640',
    });
    const list = new FileList();
    const { entries } = await list.read(list.spec.input.parse({ path: folder }), the.device, call);
    expect(entries).toMatchObject([
      { name: 'a b.txt', kind: 'file', sizeBytes: 13 },
      { name: 'link', kind: 'link' },
    ]);
    await expect(write({ path: link, text: 'x' })).rejects.toMatchObject({ kind: 'invalid_input' });
  });

  it("writes as root where only root may, and keeps the file's owner", async () => {
    const closed = join(folder, 'closed');
    const path = join(closed, 'it.conf');
    mkdirSync(closed, { mode: 0o711 });
    writeFileSync(path, 'old', { mode: 0o600 });
    execFileSync('chown', ['daemon', path]);
    await expect(write({ path, text: 'new' })).rejects.toMatchObject({ kind: 'not_allowed' });
    const { plan } = await write({ path, text: 'new', sudo: true });
    expect(plan.says).toBe('Replaces a file of 3 bytes by one of 3 bytes as root. The old content is not kept.');
    const { uid, mode } = statSync(path);
    expect([readFileSync(path, 'utf8'), uid, mode & 0o777]).toEqual([
      'new',
      Number(execFileSync('id', ['-u', 'daemon'])),
      0o600,
    ]);
    const fresh = join(closed, 'new.conf');
    await write({ path: fresh, text: 'n', sudo: true });
    expect([existsSync(fresh), statSync(fresh).uid]).toEqual([true, 0]);
    expect((await write({ path: fresh, text: 'n', sudo: true })).plan.steps).toEqual([]);
  });

  it('refuses a pipe at once, as the login user and as root', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    for (const sudo of [false, true])
      await expect(write({ path, text: 'x', sudo })).rejects.toMatchObject({
        kind: 'invalid_input',
        message: expect.stringContaining('not a regular file'),
      });
    const read = new FileRead();
    const list = new FileList();
    const refused = { kind: 'invalid_input' };
    await expect(read.read(read.spec.input.parse({ path }), the.device, call)).rejects.toMatchObject(refused);
    await expect(list.read(list.spec.input.parse({ path }), the.device, call)).rejects.toMatchObject(refused);
  });

  it('plans from an empty file of root, and from one with a backslash in its name', async () => {
    const [empty, odd] = [join(folder, 'empty'), join(folder, 'a\\b')];
    writeFileSync(empty, '', { mode: 0o600 });
    writeFileSync(odd, 'odd\n', { mode: 0o644 });
    const { plan } = await write({ path: empty, text: 'x', sudo: true });
    expect(plan.says).toMatch(/^Replaces a file of 0 bytes by one of 1 byte as root/);
    expect(readFileSync(empty, 'utf8')).toBe('x');
    expect((await write({ path: odd, text: 'odd\n', sudo: true })).plan.steps).toEqual([]);
    await write({ path: odd, text: 'even\n', sudo: true });
    const [read, list] = [new FileRead(), new FileList()];
    writeFileSync(empty, '');
    execFileSync('chmod', ['644', empty]);
    const content = async (path: string) =>
      (await read.read(read.spec.input.parse({ path }), the.device, call)).content;
    expect([await content(empty), await content(odd)]).toEqual(['', 'even\n']);
    const { entries } = await list.read(list.spec.input.parse({ path: folder }), the.device, call);
    expect(entries).toContainEqual(expect.objectContaining({ name: 'a\\b', sizeBytes: 5, owner: '0:0' }));
    expect(entries).toContainEqual(expect.objectContaining({ name: 'empty', sizeBytes: 0, owner: '0:0' }));
  });

  it('refuses to replace a large file as root without reading it', async () => {
    const path = join(folder, 'huge');
    execFileSync('truncate', ['-s', '200G', path]);
    await expect(write({ path, text: 'x', sudo: true })).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining('too large'),
    });
    rmSync(path);
  });

  it('never pulls more than was asked for', async () => {
    const path = join(folder, 'large');
    execFileSync('truncate', ['-s', '1G', path]);
    const read = new FileRead();
    const data = await read.read(
      read.spec.input.parse({ path, offset: 1_000_000_000, maxBytes: 1000 }),
      the.device,
      call,
    );
    expect(data).toMatchObject({ sizeBytes: 1_073_741_824, encoding: 'base64', nextOffset: 1_000_001_000 });
    expect(Buffer.from(data.content, 'base64')).toHaveLength(1000);
  });
});
