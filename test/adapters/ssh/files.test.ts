import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../../setup/suite.js';
import { sshdUnavailable } from '../../setup/sshd.js';
import { failureOf, never, rig, text, type Rig } from './rig.js';

describeWith(sshdUnavailable(), 'files over a real sshd', () => {
  let the: Rig;
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) % 256));
  beforeAll(async () => {
    the = await rig();
    folder = join(the.server.folder, 'files');
    mkdirSync(folder, { mode: 0o755 });
    mkdirSync(at('many'));
    for (let index = 0; index < 300; index += 1) writeFileSync(at(`many/${String(index).padStart(3, '0')}`), '');
    writeFileSync(at('big'), bytes, { mode: 0o644 });
    writeFileSync(at('secret'), 'secret', { mode: 0o600 });
    symlinkSync('big', at('link'));
    symlinkSync('pipe', at('pipe-link'));
    execFileSync('mkfifo', [at('pipe')]);
    chmodSync(at('pipe'), 0o666);
  });
  afterAll(() => the.stop());

  it('tells what a path is, without following a link', async () => {
    const { files } = the.device;
    expect(await files.stat(at('big'), never())).toMatchObject({
      kind: 'file',
      sizeBytes: 700_000,
      mode: 0o644,
      uid: 0,
    });
    expect((await files.stat(at('link'), never())).kind).toBe('link');
    expect((await files.stat(folder, never())).kind).toBe('directory');
    expect((await files.stat(at('pipe'), never())).kind).toBe('other');
  });

  it('reads whole files, ranges, links and files of /proc', async () => {
    const { files } = the.device;
    const whole = { offset: 0, maxBytes: 1_000_000 };
    expect(Buffer.from(await files.read(at('big'), whole, never())).equals(bytes)).toBe(true);
    expect(Buffer.from(await files.read(at('link'), whole, never())).equals(bytes)).toBe(true);
    const range = await files.read(at('big'), { offset: 300_000, maxBytes: 70_001 }, never());
    expect(Buffer.from(range).equals(bytes.subarray(300_000, 370_001))).toBe(true);
    expect(await files.read(at('big'), { offset: 900_000, maxBytes: 10 }, never())).toHaveLength(0);
    expect(await files.read(at('big'), { offset: 0, maxBytes: 0 }, never())).toHaveLength(0);
    expect(text(await files.read('/proc/sys/kernel/ostype', whole, never()))).toBe('Linux\n');
  });

  it('lists a directory by name, as much as is wanted', async () => {
    const { files } = the.device;
    const all = await files.list(folder, 100, never());
    expect(all.map(({ name, kind }) => [name, kind])).toEqual([
      ['big', 'file'],
      ['link', 'link'],
      ['many', 'directory'],
      ['pipe', 'other'],
      ['pipe-link', 'link'],
      ['secret', 'file'],
    ]);
    const first = await files.list(at('many'), 3, never());
    expect(first.map(({ name }) => name)).toEqual(['000', '001', '002']);
    expect(await files.list(at('many'), 1_000, never())).toHaveLength(300);
  });

  it.each([
    ['no-such-file', 'invalid_input'],
    ['secret', 'not_allowed'],
    ['pipe', 'invalid_input'],
    ['pipe-link', 'invalid_input'],
    ['many', 'invalid_input'],
  ])('refuses to read %s with %s, and goes on', async (name, kind) => {
    const failure = await failureOf(the.device.files.read(at(name), { offset: 0, maxBytes: 10 }, never()));
    expect(failure.kind).toBe(kind);
    expect(failure.message).not.toContain(folder);
    expect((await the.device.files.stat(folder, never())).kind).toBe('directory');
  });

  it('refuses a path that is not absolute, or a file listed as a directory', async () => {
    const { files } = the.device;
    expect(await failureOf(files.stat('relative', never()))).toMatchObject({ kind: 'invalid_input' });
    expect(await failureOf(files.stat('/a\0b', never()))).toMatchObject({ kind: 'invalid_input' });
    expect(await failureOf(files.list(at('big'), 10, never()))).toMatchObject({
      kind: 'invalid_input',
      message: 'That path is not a directory.',
    });
    expect(await failureOf(files.list(at('none'), 10, never()))).toMatchObject({ kind: 'invalid_input' });
    expect((await failureOf(files.list('/root', 10, never()))).kind).toBe('not_allowed');
  });

  it('ends on cancel, and goes on after the link was cut', async () => {
    const { files } = the.device;
    const cancel = new AbortController();
    const reading = failureOf(files.read(at('big'), { offset: 0, maxBytes: 700_000 }, cancel.signal));
    cancel.abort();
    expect(await reading).toMatchObject({ kind: 'cancelled' });
    const stats = Array.from({ length: 20 }, () => files.stat(at('big'), never()));
    the.server.cut();
    expect((await Promise.all(stats)).every(({ kind }) => kind === 'file')).toBe(true);
  });
});
