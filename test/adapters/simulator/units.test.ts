import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceStatusProbe, type ServiceStatus } from '../../../src/core/probes/service-status.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { gone, loginAgain } from './boots.js';
import type { PlainClient } from './plain-client.js';
import { sshFleetFor } from './ssh-fleet.js';

describe('the units of a simulated device', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  const clients: PlainClient[] = [];
  const { signal } = new AbortController();

  beforeAll(async () => {
    sim = await startSimulator({ downMs: 50, devices: [{ name: 'one', board: 'orin-nx', login: 'ops' }] });
    fleet = sshFleetFor(sim);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.end();
    for (const unit of ['docker.service', 'cron.service']) sim.setUnit('one', unit, {});
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });
  const login = async (username = 'root'): Promise<PlainClient> => {
    const client = await loginAgain(sim, 'one', username);
    clients.push(client);
    return client;
  };
  const status = (unit: string): Promise<ServiceStatus> =>
    fleet.device('one').ask(serviceStatusProbe(unit, 20), signal);
  const until = async (unit: string, wanted: (state: ServiceStatus) => boolean): Promise<ServiceStatus> => {
    for (;;) {
      const state = await status(unit);
      if (wanted(state)) return state;
    }
  };
  const linesOf = ({ lines }: ServiceStatus): string => JSON.stringify(lines);

  it('stop, start and start again, each time with another process, and say so in the journal', async () => {
    const client = await login();
    const before = await status('docker');
    expect(before).toMatchObject({ active: 'active', sub: 'running' });
    expect(await client.run('systemctl restart docker')).toEqual({ code: 0, stdout: '', stderr: '' });
    const restarted = await status('docker');
    expect(restarted).toMatchObject({ active: 'active', restarts: 0 });
    expect(restarted.mainPid).not.toBe(before.mainPid);
    expect(linesOf(restarted)).toMatch(/Stopping.*Stopped.*Started/);
    expect(await client.run('systemctl stop docker.service')).toMatchObject({ code: 0 });
    const stopped = await status('docker');
    expect([stopped.active, stopped.sub, stopped.mainPid]).toEqual(['inactive', 'dead', undefined]);
    expect(
      (await client.run('ps -e --no-headers -o pid,ppid,user:32,stat,nlwp,rss,etimes,pcpu,comm')).stdout,
    ).not.toContain('dockerd');
    expect(await client.run('systemctl start -- docker')).toMatchObject({ code: 0 });
    expect(await status('docker')).toMatchObject({ active: 'active' });
    expect(await client.run('systemctl reload docker')).toMatchObject({ code: 0 });
  });

  it('are enabled and disabled, which the next start of the board heeds', async () => {
    const client = await login();
    expect(await client.run('systemctl disable cron')).toMatchObject({
      code: 0,
      stderr: 'Removed /etc/systemd/system/multi-user.target.wants/cron.service.\n',
    });
    expect(await status('cron')).toMatchObject({ active: 'active', enabled: 'disabled' });
    const cut = gone(client);
    await client.run('reboot');
    await cut;
    const again = await login();
    expect(await status('cron')).toMatchObject({ active: 'inactive', enabled: 'disabled' });
    expect((await again.run('systemctl enable cron')).stderr).toContain('Created symlink');
    expect(await again.run('systemctl enable cron')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await again.run('systemctl start cron')).toMatchObject({ code: 0 });
    expect(await status('cron')).toMatchObject({ active: 'active', enabled: 'enabled' });
  });

  it('die at once where they are told to, and are given up by systemd', async () => {
    sim.setUnit('one', 'docker.service', { diesWith: 3 });
    expect(await (await login()).run('systemctl restart docker')).toMatchObject({ code: 0 });
    // The last lines of the journal are dated a few milliseconds after the state.
    const givenUp = 'Start request repeated too quickly.';
    const failed = await until('docker', (unit) => unit.active === 'failed' && linesOf(unit).includes(givenUp));
    expect(failed).toMatchObject({ restarts: 5, result: 'exit-code', exit: expect.stringContaining('3') });
    expect(await (await login()).run('systemctl is-system-running')).toMatchObject({ code: 1, stdout: 'degraded\n' });
    sim.setUnit('one', 'docker.service', {});
    await (await login()).run('systemctl restart docker');
    expect(await status('docker')).toMatchObject({ active: 'active', restarts: 0 });
  });

  it('take their time to stop, and whoever does not want to wait need not', async () => {
    sim.setUnit('one', 'docker.service', { stopMs: 300 });
    const client = await login();
    expect(await client.run('systemctl --no-block stop docker')).toMatchObject({ code: 0 });
    expect(await status('docker')).toMatchObject({ active: 'deactivating' });
    await until('docker', ({ active }) => active === 'inactive');
    await client.run('systemctl start docker');
    expect(await client.run('systemctl restart --no-block docker')).toMatchObject({ code: 0 });
    await until('docker', ({ active }) => active === 'deactivating');
    await until('docker', ({ active }) => active === 'active');
    await client.run('systemctl stop docker');
    expect(await status('docker')).toMatchObject({ active: 'inactive' });
  });

  it('that are masked, unknown, without reload or not for a plain user are refused in its words', async () => {
    sim.setUnit('one', 'cron.service', { masked: true });
    const [root, plain] = [await login(), await login('ops')];
    const says = async (client: PlainClient, line: string): Promise<[number | undefined, string]> => {
      const { code, stderr } = await client.run(`systemctl ${line}`);
      return [code, stderr.split('\n')[0] ?? ''];
    };
    expect(await says(root, 'start cron')).toEqual([1, 'Failed to start cron.service: Unit cron.service is masked.']);
    expect(await says(root, 'start nope')).toEqual([5, 'Failed to start nope.service: Unit nope.service not found.']);
    expect(await says(root, 'stop nope')).toEqual([5, 'Failed to stop nope.service: Unit nope.service not loaded.']);
    expect((await says(root, 'enable nope'))[1]).toContain('does not exist');
    expect((await says(root, 'reload nvargus-daemon'))[1]).toContain('Job type reload is not applicable');
    expect(await says(plain, 'restart docker')).toEqual([
      1,
      'Failed to restart docker.service: Interactive authentication required.',
    ]);
    expect(await status('cron')).toMatchObject({ enabled: 'masked' });
    for (const line of ['kill docker', 'start', 'start a b', 'mask docker', 'start -x', 'show docker'])
      expect((await says(root, line))[1]).toContain('unsupported');
  });
});
