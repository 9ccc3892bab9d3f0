import { describe, expect, it } from '@jest/globals';
import { GuardedFleet, type Grant, type PathGate } from '../../src/app/guarded-fleet.js';
import type { Command } from '../../src/core/command.js';
import { Redactor } from '../../src/core/redact.js';
import { sha256 } from '../../src/core/sha256.js';
import type { Logger } from '../../src/ports/logger.js';
import { FakeFleet } from '../fakes/fake-fleet.js';

const { signal } = new AbortController();
const restart: Command = { argv: ['systemctl', 'restart', '--', 'docker.service'], sudo: true };

const trail: string[] = [];
const steps: Grant = {
  allows: 'steps',
  steps: [restart],
  trail: {
    begin: (device, _step, number) => {
      trail.push(`${device} ${number}`);
      return Promise.resolve((error) =>
        Promise.resolve(void trail.push(`${device} ${number} ${error === undefined ? 'ok' : 'failed'}`)),
      );
    },
  },
};

function guarded(): { fleet: FakeFleet; guard: GuardedFleet; log: string; trail: string[] } {
  trail.length = 0;
  const fleet = new FakeFleet({ solo: { runs: { [restart.argv.join(' ')]: { text: '' } } } });
  const redactor = new Redactor();
  redactor.add('s3cret');
  const out = { log: '', trail };
  const logger: Logger = { log: (_l, _m, fields) => void (out.log += JSON.stringify(fields)) };
  const gate: PathGate = ({ path, realPath }) =>
    (realPath ?? path) === '/etc/shadow' ? Promise.reject(new Error('protected')) : Promise.resolve();
  const guard = new GuardedFleet(fleet, redactor, logger, gate);
  return Object.assign(out, { fleet, guard });
}

describe('GuardedFleet', () => {
  it('runs nothing for a tool that may only read', async () => {
    const { fleet, guard } = guarded();
    const device = guard.device('solo', 'system_info', { allows: 'read' });
    await expect(device.run(restart, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(fleet.devices.get('solo')?.ran).toEqual([]);
  });

  it.each<[string, Command]>([
    ['other words', { ...restart, argv: ['systemctl', 'restart', '--', 'ssh.service'] }],
    ['one word more', { ...restart, argv: [...restart.argv, 'ssh.service'] }],
    ['words joined', { ...restart, argv: ['systemctl', 'restart', '-- docker.service'] }],
    ['no sudo', { argv: restart.argv }],
    ['input', { ...restart, stdin: 'x' }],
  ])('refuses a step that differs from the approved one by %s', async (_what, command) => {
    const { fleet, guard } = guarded();
    const device = guard.device('solo', 'service_control', steps);
    await expect(device.run(command, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(fleet.devices.get('solo')?.ran).toEqual([]);
  });

  it('follows what the board draws under approved steps, and only that', async () => {
    const { fleet, guard } = guarded();
    const solo = fleet.devices.get('solo');
    if (solo) solo.board = { ...solo.board, lines: { 'tegrastats --interval 200': ['RAM 1/2MB'] } };
    const device = guard.device('solo', 'ai_benchmark', steps);
    const lines: string[] = [];
    const follow = (...words: string[]): Promise<void> =>
      device.follow({ argv: ['tegrastats', ...words], sudo: true }, (line) => (lines.push(line), 'more'), signal);
    await follow('--interval', '200');
    expect(lines).toEqual(['RAM 1/2MB']);
    const others = [
      ['--interval', '200', '--logfile', '/etc/x'],
      ['--logfile', '/etc/x'],
      ['--interval', '/etc/x'],
      ['--stop'],
    ];
    for (const words of others) await expect(follow(...words)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(lines).toHaveLength(1);
  });

  it('follows no other program under approved steps: only probes are free then', async () => {
    const { fleet, guard } = guarded();
    const device = guard.device('solo', 'service_control', steps);
    await expect(device.follow({ argv: ['tegrastats'] }, () => 'more', signal)).rejects.toMatchObject({
      kind: 'not_allowed',
    });
    await expect(device.follow(restart, () => 'more', signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(fleet.devices.get('solo')?.asked).toEqual([]);
  });

  it('runs an approved step once, and tells of it before and after', async () => {
    const { fleet, guard, trail } = guarded();
    const device = guard.device('solo', 'service_control', steps);
    await device.run(restart, signal);
    expect(trail).toEqual(['solo 1', 'solo 1 ok']);
    await expect(device.run(restart, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(fleet.devices.get('solo')?.ran).toHaveLength(1);
  });

  it('writes exactly the file that was approved, and nowhere else', async () => {
    const { fleet, guard } = guarded();
    const content = new TextEncoder().encode('nofail');
    const write = { path: '/etc/fstab', content, sha256: await sha256(content) };
    const device = guard.device('solo', 'file_write', { ...steps, steps: [write] });
    const other = new TextEncoder().encode('evil');
    for (const sly of [
      { ...write, path: '/etc/passwd' },
      { ...write, content: other },
      { ...write, mode: 0o777 },
    ]) {
      await expect(device.files.write(sly, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    }
    expect(fleet.devices.get('solo')?.board.files?.['/etc/fstab']).toBeUndefined();
  });

  it('looks at a path as asked and at where it leads', async () => {
    const { fleet, guard } = guarded();
    const device = fleet.devices.get('solo');
    if (device) device.board = { files: { '/etc/shadow': 'root:x', '/tmp/x': '' }, links: { '/tmp/x': '/etc/shadow' } };
    const reader = guard.device('solo', 'file_read', { allows: 'read' });
    for (const path of ['/etc/shadow', '/tmp/x']) {
      const reading = reader.files.read(path, { offset: 0, maxBytes: 9 }, signal);
      await expect(reading).rejects.toThrow('protected');
      await expect(reader.files.realPath(path, signal)).rejects.toThrow('protected');
    }
  });

  it('notes whatever goes to a device', async () => {
    const the = guarded();
    const device = the.guard.device('solo', 'device_doctor', { allows: 'read' });
    await device.sudoKind(signal);
    await device.diagnose(signal);
    await device.files.stat('/', signal);
    await device.files.list('/', 1, signal);
    await device.files.read('/x', { offset: 0, maxBytes: 1 }, signal).catch(() => undefined);
    for (const what of ['sudo kind', 'diagnose', 'stat /', 'list /', 'read /x']) expect(the.log).toContain(what);
  });

  it('runs an approved step, and notes it without secrets', async () => {
    const { fleet, guard } = guarded();
    await guard.device('solo', 'service_control', steps).run({ ...restart }, signal);
    expect(fleet.devices.get('solo')?.ran).toEqual([restart.argv.join(' ')]);
    const secret = guarded();
    await secret.guard
      .device('solo', 't', { allows: 'read' })
      .follow({ argv: ['x', 's3cret'] }, () => 'enough', signal)
      .catch(() => undefined);
    expect(secret.log).toContain('follow x [redacted]');
  });
});
