import { hashScript, rootFileProbe } from '../../../src/core/probes/root-file.js';
import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../src/core/sha256.js';
import { stepText } from '../../../src/core/reply/plan.js';
import { FileList } from '../../../tools/system/file_list.js';
import { FileRead } from '../../../tools/system/file_read.js';
import { FileWrite } from '../../../tools/system/file_write.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';

const call = fakeCall();
const board: FakeBoard = {
  files: { '/srv/a.txt': 'one\ntwo\nthree\n', '/srv/data/b': 'b', '/etc/hostname': 'nano\n' },
  denied: ['/srv/secret'],
  links: { '/link': '/srv' },
};
const make = (more: FakeBoard = {}): FakeDevice => new FakeDevice('nano-01', { ...board, ...more });

describe('file_read', () => {
  const tool = new FileRead();
  const read = async (args: object, device = make()) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, call));

  it('reads text in pieces, through a link by its real path', async () => {
    expect(await read({ path: '/link/a.txt', maxBytes: 16 })).toEqual({
      path: '/srv/a.txt',
      sizeBytes: 14,
      mode: '0644',
      modifiedAt: '1970-01-01T00:00:00.000Z',
      encoding: 'text',
      content: 'one\ntwo\nthree\n',
      offset: 0,
    });
    expect(await read({ path: '/srv/a.txt', offset: 8 })).toMatchObject({ content: 'three\n', offset: 8 });
    const long = make({ files: { '/srv/long': 'x'.repeat(20_000) } });
    expect(await read({ path: '/srv/long' }, long)).toMatchObject({ content: 'x'.repeat(6144), nextOffset: 6144 });
  });

  it.each([
    ['/srv/secret', 'not_allowed'],
    ['/srv', 'invalid_input'],
    ['/none', 'invalid_input'],
  ])('fails for %s', async (path, kind) => expect(read({ path })).rejects.toMatchObject({ kind }));

  it.each([
    { path: 'a' },
    { path: '/a\nb' },
    { path: '/a', offset: -1 },
    { path: '/a', maxBytes: 300_000 },
    { path: '/a', sudo: true },
  ])('refuses %j', (args) => expect(tool.spec.input.safeParse(args).success).toBe(false));
});

describe('file_list', () => {
  const tool = new FileList();
  const list = async (args: object, device = make()) =>
    tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, call));

  it('lists a folder by its real path, and says that there is more', async () => {
    expect(await list({ path: '/link' })).toMatchObject({
      path: '/srv',
      entries: [
        { name: 'a.txt', kind: 'file', sizeBytes: 14, mode: '0644', owner: '0:0' },
        { name: 'data', kind: 'directory' },
        { name: 'secret', kind: 'file' },
      ],
    });
    expect(await list({ path: '/srv', limit: 2 })).toMatchObject({
      entries: [{ name: 'a.txt' }, { name: 'data' }],
      notRead: [{ what: 'more entries' }],
    });
  });

  it('keeps to what an answer holds, unless more is asked for', async () => {
    const names = Array.from(
      { length: 400 },
      (_, n) => [`/srv/${'n'.repeat(200)}${String(n).padStart(3, '0')}`, ''] as const,
    );
    const crowded = make({ files: Object.fromEntries(names) });
    expect(JSON.stringify(await list({ path: '/srv' }, crowded)).length).toBeLessThan(7500);
    expect((await list({ path: '/srv', limit: 400 }, crowded)).entries.length).toBeGreaterThan(100);
  });

  it('fails for what is no folder', async () =>
    expect(list({ path: '/srv/a.txt' })).rejects.toMatchObject({ kind: 'invalid_input' }));
});

describe('file_write', () => {
  const tool = new FileWrite();
  const prepare = async (args: object, device = make()) => {
    const parsed = tool.spec.input.parse(args);
    const plan = await tool.prepare(parsed, device, call);
    expect(device.wrote).toEqual([]);
    return {
      plan,
      perform: async () => tool.spec.output.parse(await tool.perform(parsed, plan, device, call)),
      device,
    };
  };

  it('replaces a file: sizes and counts beforehand, never content, and its hash afterwards', async () => {
    const { plan, perform, device } = await prepare({ path: '/srv/a.txt', text: 'one\n2\nthree\n', mode: '0600' });
    expect(plan.says).toBe(
      'Replaces a file of 14 bytes by one of 12 bytes. Lines that change: 1. The old content is not kept.',
    );
    const hash = await sha256('one\n2\nthree\n');
    expect(plan.steps).toMatchObject([
      { path: '/srv/a.txt', mode: 0o600, sha256: hash, replaces: await sha256('one\ntwo\nthree\n') },
    ]);
    expect(plan.steps.map(stepText)).toEqual([`write /srv/a.txt (12 bytes, sha256 ${hash.slice(0, 16)}, mode 600)`]);
    expect(await perform()).toEqual({
      path: '/srv/a.txt',
      sizeBytes: 12,
      sha256: hash,
      says: 'The file holds what was to be written.',
    });
    expect(device.wrote).toHaveLength(1);
    expect(plan.preview).toBe('one\n2\nthree\n');
  });

  it('makes a new one, of bytes too', async () => {
    const { plan, perform, device } = await prepare({ path: '/srv/new', base64: 'AAEC' });
    expect(plan).toMatchObject({ says: 'Makes a new file of 3 bytes.', steps: [{ replaces: null }] });
    expect(plan.preview).toMatch(/^No text: 3 bytes/);
    expect(await perform()).toMatchObject({ sizeBytes: 3 });
    expect(device.wrote[0]?.content).toEqual(Uint8Array.of(0, 1, 2));
  });

  it('has nothing to do where the file is so', async () => {
    const { plan, perform } = await prepare({ path: '/srv/data/b', text: 'b', mode: '0644' });
    expect(plan).toMatchObject({ says: 'The file holds exactly this already.', steps: [] });
    expect(await perform()).toMatchObject({ sizeBytes: 1 });
    expect((await prepare({ path: '/srv/data/b', text: 'b', mode: '600' })).plan.says).toMatch(/permissions/);
  });

  it('does not write over what came in between', async () => {
    const { perform, device } = await prepare({ path: '/srv/a.txt', text: 'x' });
    device.board = make({ files: { ...board.files, '/srv/a.txt': 'other' } }).board;
    await expect(perform()).rejects.toMatchObject({ kind: 'command_failed' });
    expect(device.wrote).toEqual([]);
  });

  it.each([
    [{ path: '/srv/a.txt', text: 'x', createOnly: true }, 'invalid_input'],
    [{ path: '/none/x', text: 'x' }, 'invalid_input'],
    [{ path: '/srv/data', text: 'x' }, 'invalid_input'],
    [{ path: '/srv/secret', text: 'x' }, 'not_allowed'],
    [{ path: '/srv/x' }, 'invalid_input'],
    [{ path: '/srv/x', text: 'x', base64: 'eA==' }, 'invalid_input'],
    [{ path: '/srv/x', base64: '%%%' }, 'invalid_input'],
  ])('refuses %j', async (args, kind) => {
    const device = make();
    await expect(prepare(args, device)).rejects.toMatchObject({ kind });
    expect(device.wrote).toEqual([]);
  });

  it('as root is planned from what root sees', async () => {
    const hash = await sha256('old');
    const runs = {
      'stat -c %s %a %F -- /root/x': { text: '3 600 regular file' },
      [`sh -c ${hashScript} jetfleet-hash /root/x`]: { text: `${hash}  /root/x` },
      'stat -L -c %F -- /root': { text: 'directory' },
    };
    const { plan } = await prepare({ path: '/root/x', text: 'new!', sudo: true }, make({ runs }));
    expect(plan).toMatchObject({
      says: 'Replaces a file of 3 bytes by one of 4 bytes as root. The old content is not kept.',
      steps: [{ sudo: true, replaces: hash }],
    });
    const absent = {
      ...runs,
      'stat -c %s %a %F -- /root/x': {
        text: "stat: cannot statx '/root/x': No such file or directory",
        exitCode: 1,
      },
      [`sh -c ${hashScript} jetfleet-hash /root/x`]: { text: '', exitCode: 1 },
    };
    expect(
      (await prepare({ path: '/root/x', text: 'n', sudo: true }, make({ runs: absent }))).plan.steps,
    ).toMatchObject([{ replaces: null }]);
    const link = { ...runs, 'stat -c %s %a %F -- /root/x': { text: '3 777 symbolic link' } };
    await expect(prepare({ path: '/root/x', text: 'n', sudo: true }, make({ runs: link }))).rejects.toMatchObject({
      kind: 'invalid_input',
    });
    await expect(prepare({ path: '/root/x', text: 'n', sudo: true }, make({ sudo: 'none' }))).rejects.toMatchObject({
      kind: 'not_allowed',
    });
  });

  it.each([
    ["stat: cannot statx '/root/x': Input/output error", 'directory', /^That path could not/],
    ["stat: cannot statx '/root/No such file or directory': Permission denied", 'directory', /^That path could not/],
    ['', "stat: cannot statx '/root': Stale file handle", /^The folder .* could not/],
    ['', "stat: cannot statx '/root': No such file or directory", /folder .* does not exist/],
    ['262145 644 regular file', 'directory', /too large/],
  ])('as root plans no new file from %j in %j', async (stat, folder, message) => {
    const runs = {
      'stat -c %s %a %F -- /root/x': { text: stat, exitCode: stat.endsWith('file') ? 0 : 1 },
      [`sh -c ${hashScript} jetfleet-hash /root/x`]: { text: '' },
      'stat -L -c %F -- /root': { text: folder, exitCode: folder === 'directory' ? 0 : 1 },
    };
    await expect(prepare({ path: '/root/x', text: 'n', sudo: true }, make({ runs }))).rejects.toThrow(message);
  });

  it('as root plans nothing where the right to become root went away', () => {
    const probe = rootFileProbe('/root/x');
    const denied = { status: 'denied', exitCode: -1, text: '' } as const;
    expect(() => probe.parse({ stat: denied, hash: denied, folder: denied })).toThrow(
      expect.objectContaining({ kind: 'not_allowed', message: expect.stringContaining('could not become root') }),
    );
  });

  it.each(['9', '4755', '0999', 'u+x'])('refuses the mode %j', (mode) =>
    expect(tool.spec.input.safeParse({ path: '/x', text: '', mode }).success).toBe(false),
  );
});
