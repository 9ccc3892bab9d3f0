import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rootFileProbe } from '../../../src/core/probes/root-file.js';
import type { FileWrite } from '../../../src/core/step.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { DeviceFiles } from '../../../src/ports/files.js';
import { bootIdOf, gone, loginAgain } from './boots.js';
import { sshFleetFor } from './ssh-fleet.js';

const range = { offset: 0, maxBytes: 1000 };
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

function write(path: string, text: string, more: Partial<FileWrite> = {}): FileWrite {
  return { path, content: Buffer.from(text), sha256: hash(text), ...more };
}

describe('files of a simulated device that are written', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  const { signal } = new AbortController();

  beforeAll(async () => {
    sim = await startSimulator({
      downMs: 50,
      devices: ['ops', 'guest', 'root', 'nvidia'].map((login) => ({ name: `as-${login}`, board: 'orin-nx', login })),
    });
    fleet = sshFleetFor(sim);
  });
  afterEach(async () => {
    for (const { name } of sim.devices) await sim.setFault(name, undefined);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });
  const of = (login: string): DeviceFiles => fleet.device(`as-${login}`).files;
  const textOf = async (files: DeviceFiles, path: string): Promise<string> =>
    Buffer.from(await files.read(path, range, signal)).toString();

  it('hold what was written, with owner and permissions', async () => {
    const files = of('ops');
    await files.write(write('/home/ops/a.txt', 'one', { replaces: null }), signal);
    expect(await textOf(files, '/home/ops/a.txt')).toBe('one');
    expect(await files.stat('/home/ops/a.txt', signal)).toMatchObject({ mode: 0o644, uid: 1000, sizeBytes: 3 });
    await files.write(write('/home/ops/a.txt', 'two', { replaces: hash('one'), mode: 0o600 }), signal);
    await files.write(write('/home/ops/a.txt', 'three'), signal);
    expect(await files.stat('/home/ops/a.txt', signal)).toMatchObject({ mode: 0o600, sizeBytes: 5 });
    await files.write(write('/home/ops/a.txt', 'four', { sudo: true }), signal);
    expect(await files.stat('/home/ops/a.txt', signal)).toMatchObject({ mode: 0o600, uid: 1000 });
    expect((await files.list('/home/ops', 10, signal)).map(({ name }) => name)).toEqual(['a.txt']);
  });

  it('hold every byte', async () => {
    const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    const sha256 = createHash('sha256').update(content).digest('hex');
    await of('root').write({ path: '/var/tmp/bytes', content, sha256 }, signal);
    const read = await of('root').read('/var/tmp/bytes', { offset: 0, maxBytes: 1_000_000 }, signal);
    expect(Buffer.from(read).equals(content)).toBe(true);
  });

  it.each([
    ['ops', write('/etc/hostname', 'mine\n'), 'a right'],
    ['guest', write('/home/ops/x', 'mine'), 'a right'],
    ['ops', write('/no/such/x', 'x'), 'folder'],
    ['root', write('/etc/mtab', 'x'), 'symbolic link'],
    ['root', write('/etc/docker', 'x'), 'not a regular file'],
    ['root', write('/sys/devices/system/cpu/new', 'x'), 'a right'],
    ['root', write('/etc/hostname', 'x', { replaces: null }), 'is not the one'],
    ['root', write('/etc/hostname', 'x', { replaces: hash('other') }), 'is not the one'],
    ['root', write('/var/tmp/x', 'x', { sha256: hash('y') }), 'did not arrive whole'],
  ])('are refused: %s (case %#)', async (login, step, says) => {
    const outcome = of(login).write(step, signal);
    await expect(outcome).rejects.toMatchObject({ kind: 'command_failed', message: expect.stringContaining(says) });
  });

  it('are replaced as root by whoever may become it', async () => {
    const old = await textOf(of('nvidia'), '/etc/hostname');
    await of('nvidia').write(write('/etc/hostname', 'new\n', { sudo: true, replaces: hash(old) }), signal);
    expect(await textOf(of('nvidia'), '/etc/hostname')).toBe('new\n');
    expect(await of('nvidia').stat('/etc/hostname', signal)).toMatchObject({ uid: 0, mode: 0o644 });
  });

  it('are told of as root sees them', async () => {
    await of('ops').write(write('/root/secret', 'for root\n', { sudo: true, mode: 0o600 }), signal);
    const look = (login: string, path: string): Promise<unknown> =>
      fleet.device(`as-${login}`).ask(rootFileProbe(path), signal);
    expect(await look('ops', '/root/secret')).toEqual({ sizeBytes: 9, mode: 0o600, sha256: hash('for root\n') });
    expect(await look('nvidia', '/root/absent')).toBeUndefined();
    await expect(look('root', '/no/such/file')).rejects.toMatchObject({ message: expect.stringContaining('folder') });
    await expect(look('root', '/etc/mtab')).rejects.toMatchObject({ message: expect.stringContaining('regular') });
  });

  it('find no room on a full disk, and leave what was there', async () => {
    await of('root').write(write('/etc/motd', 'before'), signal);
    await sim.setFault('as-root', { kind: 'full_disk' });
    await expect(of('root').write(write('/etc/motd', 'after'), signal)).rejects.toMatchObject({
      message: expect.stringContaining('no room'),
    });
    await of('root').write(write('/run/note', 'in memory'), signal);
    expect(await textOf(of('root'), '/etc/motd')).toBe('before');
  });

  it('are gone after a start where they were in memory', async () => {
    for (const folder of ['/tmp', '/run', '/var/tmp', '/root'])
      await of('root').write(write(`${folder}/kept`, 'x'), signal);
    const client = await loginAgain(sim, 'as-root');
    const [before, cut] = [await bootIdOf(client), gone(client)];
    await client.run('reboot');
    await cut;
    const again = await loginAgain(sim, 'as-root');
    expect(await bootIdOf(again)).not.toBe(before);
    again.end();
    for (const folder of ['/var/tmp', '/root']) expect(await textOf(of('root'), `${folder}/kept`)).toBe('x');
    for (const folder of ['/tmp', '/run']) await expect(of('root').stat(`${folder}/kept`, signal)).rejects.toThrow();
  });

  it('are named by where their links lead', async () => {
    expect(await of('guest').realPath('/etc/mtab', signal)).toBe('/proc/mounts');
    expect(await of('guest').realPath('/var/run/docker.sock', signal)).toBe('/run/docker.sock');
    expect(await of('guest').realPath('/etc/new-file', signal)).toBe('/etc/new-file');
    expect((await of('guest').stat('/etc/mtab', signal)).kind).toBe('link');
    expect(await textOf(of('guest'), '/etc/mtab')).toContain(' / ext4 ');
  });
});
