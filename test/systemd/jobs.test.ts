import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Device } from '../../src/ports/fleet.js';
import { CommandRun } from '../../tools/system/command_run.js';
import { JobOutput } from '../../tools/system/job_output.js';
import { JobStart } from '../../tools/system/job_start.js';
import { JobStop } from '../../tools/system/job_stop.js';
import { fakeCall } from '../fakes/fake-device.js';
import { describeWith } from '../setup/suite.js';
import { systemdUnavailable } from '../setup/systemd.js';
import { carriedOut, startBench, type SystemdBench } from './bench.js';

describeWith(systemdUnavailable(), 'jobs beside a real logind', () => {
  let the: SystemdBench;
  beforeAll(async () => {
    the = await startBench();
  }, 60_000);
  afterAll(async () => {
    await the.stop();
  });

  const start = async (device: Device, args: object): Promise<string> => {
    const job = randomBytes(8).toString('hex');
    await carriedOut(new JobStart(), { ...args }, device, { changeId: job });
    return job;
  };
  const output = async (device: Device, job: string) => {
    const tool = new JobOutput();
    return tool.spec.output.parse(await tool.read(tool.spec.input.parse({ job }), device, fakeCall(Date.now())));
  };
  const killAtLogout = (yes: boolean): Promise<string> =>
    the.host.run(
      `mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nKillUserProcesses=${yes ? 'yes' : 'no'}\\n' >/etc/systemd/logind.conf.d/test.conf; systemctl restart systemd-logind`,
    );
  /** Ends every session, and waits until logind has done with them what it does. */
  const logOut = async (): Promise<void> => {
    the.host.cut();
    await the.host.run(
      "while pgrep -f '^sshd: [a-z]' || systemctl list-units 'session-*.scope' --no-legend --state=running,stop-sigterm | grep .; do sleep 0.05; done",
    );
  };
  const waits = 'echo up; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo through';
  /** What a job that waits has come to once it was let go. */
  const goneOn = async (device: Device, job: string): Promise<unknown> => {
    await the.host.run('touch /tmp/go');
    let told = await output(device, job);
    while (told.state === 'running') told = await output(device, job);
    return told;
  };

  it('by default: outlive the session, of whoever they are', async () => {
    await killAtLogout(false);
    const jobs = [
      [the.nano, await start(the.nano, { script: waits })],
      [the.nano, await start(the.nano, { script: waits, sudo: true })],
      [the.guest, await start(the.guest, { script: waits })],
    ] as const;
    await logOut();
    for (const [device, job] of jobs)
      expect(await output(device, job)).toMatchObject({ state: 'running', says: 'It is running.' });
    for (const [device, job] of jobs)
      expect(await goneOn(device, job)).toMatchObject({ state: 'exited', exitCode: 0, output: 'up\nthrough\n' });
  }, 60_000);

  it("with KillUserProcesses: root's and a lingering user's outlive it, another user's do not and say so", async () => {
    await killAtLogout(true);
    await the.host.run('loginctl enable-linger ops; loginctl disable-linger guest; rm /tmp/go');
    const [own, root, tied] = [
      await start(the.nano, { script: waits }),
      await start(the.nano, { script: waits, sudo: true }),
      await start(the.guest, { script: 'echo up; sleep 4711' }),
    ];
    expect(await output(the.guest, tied)).toMatchObject({
      state: 'running',
      says: expect.stringMatching(/ends whatever its user runs when he logs out/),
    });
    await logOut();
    for (const job of [own, root]) expect(await output(the.nano, job)).toMatchObject({ state: 'running' });
    for (const job of [own, root])
      expect(await goneOn(the.nano, job)).toMatchObject({ state: 'exited', exitCode: 0, output: 'up\nthrough\n' });
    expect(await output(the.guest, tied)).toMatchObject({
      state: 'exited',
      exitCode: 143,
      says: expect.stringMatching(/enable-linger/),
    });
  }, 60_000);

  it('are stopped in a scope of their own', async () => {
    const root = await start(the.nano, { script: 'sleep 4712', sudo: true });
    expect(await the.host.run('pgrep -cfx "sleep 4712"')).toBe('1\n');
    expect(await carriedOut(new JobStop(), { job: root }, the.nano)).toMatchObject({ state: 'stopped', exitCode: 143 });
    expect(await the.host.run('pgrep -cfx "sleep 4712" || true')).toBe('0\n');
  });

  it('command_run works as it does without them', async () => {
    expect(await carriedOut(new CommandRun(), { script: 'id -un; exit 3', sudo: true }, the.nano)).toMatchObject({
      exitCode: 3,
      output: 'root\n',
    });
    expect(await carriedOut(new CommandRun(), { argv: ['id', '-un'] }, the.guest)).toMatchObject({ output: 'guest\n' });
  });
});
