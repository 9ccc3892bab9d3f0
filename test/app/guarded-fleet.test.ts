import { describe, expect, it } from '@jest/globals';
import { GuardedFleet } from '../../src/app/guarded-fleet.js';
import type { Command } from '../../src/core/command.js';
import { Redactor } from '../../src/core/redact.js';
import { FakeFleet } from '../fakes/fake-fleet.js';

const { signal } = new AbortController();
const restart: Command = { argv: ['systemctl', 'restart', '--', 'docker.service'], sudo: true };

function guarded(): { fleet: FakeFleet; guard: GuardedFleet; log: string } {
  const fleet = new FakeFleet({ solo: { runs: { [restart.argv.join(' ')]: { text: '' } } } });
  const redactor = new Redactor();
  redactor.add('s3cret');
  const out = { log: '' };
  const guard = new GuardedFleet(fleet, redactor, {
    log: (_l, _m, fields) => void (out.log += JSON.stringify(fields)),
  });
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
    const device = guard.device('solo', 'service_control', { allows: 'steps', steps: [restart] });
    await expect(device.run(command, signal)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(fleet.devices.get('solo')?.ran).toEqual([]);
  });

  it('follows no program under approved steps but an approved one', async () => {
    const { fleet, guard } = guarded();
    const device = guard.device('solo', 'service_control', { allows: 'steps', steps: [restart] });
    await expect(device.follow({ argv: ['tegrastats'] }, () => 'more', signal)).rejects.toMatchObject({
      kind: 'not_allowed',
    });
    expect(fleet.devices.get('solo')?.asked).toEqual([]);
    await device.follow(restart, () => 'more', signal);
    expect(fleet.devices.get('solo')?.asked).toEqual([restart.argv.join(' ')]);
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
    await guard.device('solo', 'service_control', { allows: 'steps', steps: [restart] }).run({ ...restart }, signal);
    expect(fleet.devices.get('solo')?.ran).toEqual([restart.argv.join(' ')]);
    const secret = guarded();
    await secret.guard
      .device('solo', 't', { allows: 'read' })
      .follow({ argv: ['x', 's3cret'] }, () => 'enough', signal)
      .catch(() => undefined);
    expect(secret.log).toContain('follow x [redacted]');
  });
});
