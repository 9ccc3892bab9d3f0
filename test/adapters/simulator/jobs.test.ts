import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { launchCommand, launched, stopCommand, stopped, type JobStart } from '../../../src/core/jobs/job-commands.js';
import { jobListProbe, jobProbe, type JobReport } from '../../../src/core/jobs/job-probe.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { Device } from '../../../src/ports/fleet.js';
import { bootIdOf, gone, loginAgain } from './boots.js';
import { sshFleetFor } from './ssh-fleet.js';

const { signal } = new AbortController();
let ids = 0;
const newId = (): string => (++ids).toString(16).padStart(16, '0');

describe('jobs on a simulated device', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  let device: Device;

  beforeAll(async () => {
    sim = await startSimulator({ downMs: 50, devices: [{ name: 'one', board: 'orin-nx', login: 'ops' }] });
    fleet = sshFleetFor(sim);
    device = fleet.device('one');
  });
  afterEach(() => sim.setFault('one', undefined));
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });
  const launch = async (start: Omit<JobStart, 'id'>, id = newId()): Promise<string> => {
    expect(launched(await device.run(launchCommand({ id, ...start }), signal))).toBe('started');
    return id;
  };
  const look = (id: string, from: number | 'end' = 0, asRoot = false): Promise<JobReport | undefined> =>
    device.ask(jobProbe({ id, asRoot, from, maxBytes: 1000 }), signal);
  const until = async (id: string, wanted: (job: JobReport) => boolean): Promise<JobReport> => {
    for (;;) {
      const job = await look(id);
      if (job !== undefined && wanted(job)) return job;
    }
  };

  it('run, tell what they say while they say it, and how they ended', async () => {
    const id = await launch({ argv: ['sh', '-c', 'echo one; sleep 0.3; echo two; false'] });
    const half = await until(id, ({ totalBytes }) => totalBytes > 0);
    expect(half).toMatchObject({ state: 'running', text: 'one\n' });
    const whole = await until(id, ({ state }) => state !== 'running');
    expect(whole).toMatchObject({ state: 'exited', exitCode: 1, text: 'one\ntwo\n', bootChanged: false });
    expect(whole.command).toBe('sh -c echo one; sleep 0.3; echo two; false');
    expect(await look(id, 4)).toMatchObject({ text: 'two\n', offset: 4, nextOffset: 8 });
    expect(await look(id, 'end')).toMatchObject({ totalBytes: 8 });
  });

  it('are started once, read what is given, and know programs that are not there', async () => {
    const id = await launch({ argv: ['cat'], stdin: 'some words\n' });
    expect(await until(id, ({ state }) => state === 'exited')).toMatchObject({ exitCode: 0, text: 'some words\n' });
    expect(launched(await device.run(launchCommand({ id, argv: ['echo', 'again'] }), signal))).toBe('already');
    const missing = await launch({ argv: ['no-such-program'] });
    expect(await until(missing, ({ state }) => state === 'exited')).toMatchObject({ exitCode: 127 });
    expect(await look('f'.repeat(16))).toBeUndefined();
  });

  it('go on without a link, and are told of over another', async () => {
    const id = await launch({ argv: ['tegrastats', '--interval', '20'] });
    sim.cutLinks('one');
    const other = sshFleetFor(sim);
    const lines = async (): Promise<number> => {
      const job = await other.device('one').ask(jobProbe({ id, asRoot: false, from: 0, maxBytes: 1 }), signal);
      return job?.totalBytes ?? 0;
    };
    const first = await lines();
    while ((await lines()) === first);
    expect(stopped(await other.device('one').run(stopCommand(id, false), signal))).toBe('stopped');
    await other.close();
    expect(await until(id, ({ state }) => state === 'stopped')).toMatchObject({ exitCode: 143 });
    expect(stopped(await device.run(stopCommand(id, false), signal))).toBe('ended');
    await expect(device.run(stopCommand('e'.repeat(16), false), signal).then(stopped)).rejects.toMatchObject({
      kind: 'invalid_input',
    });
  });

  it('belong to whoever started them, and are listed so', async () => {
    const id = await launch({ argv: ['sleep', '600'], sudo: true });
    expect(await look(id)).toBeUndefined();
    expect(await look(id, 0, true)).toMatchObject({ state: 'running' });
    const mine = await launch({ argv: ['echo', 'mine'] });
    const { jobs } = await device.ask(jobListProbe, signal);
    expect(jobs).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id, asRoot: true, state: 'running', command: 'sleep 600' }),
        expect.objectContaining({ id: mine, asRoot: false, totalBytes: 5 }),
      ]),
    );
    expect(stopped(await device.run(stopCommand(id, true), signal))).toBe('stopped');
  });

  it('are ended by the device when their time is over', async () => {
    const id = await launch({ argv: ['sleep', '600'], maxSeconds: 1 });
    expect(await until(id, ({ state }) => state !== 'running')).toMatchObject({ state: 'timed_out', exitCode: 143 });
  });

  it('are not started where there is no folder, or no room', async () => {
    const start = (more: Partial<JobStart>): Promise<unknown> =>
      device.run(launchCommand({ id: newId(), argv: ['echo'], ...more }), signal).then(launched);
    await expect(start({ cwd: '/no/such' })).rejects.toMatchObject({ message: expect.stringContaining('folder') });
    await expect(start({ cwd: '/root' })).rejects.toMatchObject({ message: expect.stringContaining('folder') });
    expect(await start({ cwd: '/home/ops' })).toBe('started');
    const full = await launch({ argv: ['sh', '-c', 'sleep 0.2; echo lost'] });
    await sim.setFault('one', { kind: 'full_disk' });
    await expect(start({})).rejects.toMatchObject({ message: expect.stringContaining('no room') });
    expect(await until(full, ({ state }) => state === 'exited')).toMatchObject({ text: '', loss: 'no_room' });
  });

  it('are lost when the board starts again', async () => {
    const id = await launch({ argv: ['sleep', '600'] });
    const client = await loginAgain(sim, 'one');
    const [before, cut] = [await bootIdOf(client), gone(client)];
    await client.run('reboot');
    await cut;
    const again = await loginAgain(sim, 'one');
    expect(await bootIdOf(again)).not.toBe(before);
    again.end();
    expect(await look(id)).toMatchObject({ state: 'lost', bootChanged: true });
  });
});
