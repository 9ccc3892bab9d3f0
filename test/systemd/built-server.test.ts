import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onlyData, onlyFailure } from '../e2e/calling.js';
import { connectAs, says, type ConsentClient } from '../e2e/consent-clients.js';
import { bareEnvironment, ensureBuilt } from '../e2e/program.js';
import { describeWith } from '../setup/suite.js';
import { systemdUnavailable } from '../setup/systemd.js';
import { startBench, type SystemdBench } from './bench.js';

const steady = '[Service]\nExecStart=/bin/sleep infinity';
const slow =
  '[Service]\nExecStart=/bin/sh -c \'trap "sleep 2; exit 0" TERM; while :; do sleep 0.1; done\'\nTimeoutStopSec=30';

describeWith(systemdUnavailable(), 'the built server on a real systemd', () => {
  let the: SystemdBench;
  let client: ConsentClient;
  const connect = (): Promise<ConsentClient> =>
    connectAs('2.x with a form', { args: ['--toolsets', 'all'], env: bareEnvironment(the.home) });
  beforeAll(async () => {
    ensureBuilt();
    the = await startBench();
    await the.host.units({ 'steady.service': steady, 'slow.service': slow });
    const policy = 'rules:\n  - { then: allow, tools: [command_run, job_start, job_stop] }\n';
    writeFileSync(join(the.home, '.config/jetfleet/policy.yaml'), policy, { mode: 0o600 });
    client = await connect();
  }, 90_000);
  afterAll(async () => {
    await client.close();
    await the.stop();
  });

  const control = async (unit: string, action: string) =>
    client.call('service_control', { selector: 'nano', unit, action });

  it('starts and stops units after a yes, and not after a no; the journal has it', async () => {
    expect(onlyFailure(await control('steady', 'start')).kind).toBe('not_confirmed');
    expect(await the.host.run('systemctl is-active steady || true')).toBe('inactive\n');
    client.person = says.yes;
    await the.host.run('systemctl start slow');
    const [started, stopped] = await Promise.all([control('steady', 'start'), control('slow', 'stop')]);
    expect(onlyData(started)).toMatchObject({ active: 'active', says: 'It is up and stayed up.' });
    expect(client.asked.some((message) => /Starts steady.service. Now: It is not running./.test(message))).toBe(true);
    expect(await the.host.run('systemctl is-active steady')).toBe('active\n');
    expect(onlyData(stopped)).toMatchObject({ active: 'inactive', says: 'It is stopped and stayed so.' });
    await the.host.run('journalctl --sync');
    const { entries } = onlyData(await client.call('system_logs', { selector: 'nano', unit: 'slow' })) as {
      entries: { message: string }[];
    };
    expect(entries.at(-1)?.message).toMatch(/^Stopped slow.service/);
    expect(onlyFailure(await control('nowhere', 'stop')).message).toMatch(/no such unit/);
  }, 30_000);

  it('a job outlives server and session, and another server stops it', async () => {
    const args = { selector: 'nano', script: 'echo up; sleep 4713' };
    const { job } = onlyData(await client.call('job_start', args)) as { job: string };
    await client.close();
    await the.host.run("while pgrep -f '^sshd: [a-z]' >/dev/null; do sleep 0.05; done");
    expect(await the.host.run('pgrep -cfx "sleep 4713"')).toBe('1\n');
    client = await connect();
    expect(onlyData(await client.call('job_output', { selector: 'nano', job }))).toMatchObject({
      state: 'running',
      output: 'up\n',
    });
    expect(onlyData(await client.call('job_stop', { selector: 'nano', job }))).toMatchObject({ state: 'stopped' });
    expect(await the.host.run('pgrep -cfx "sleep 4713" || true')).toBe('0\n');
  }, 30_000);

  // A container has no boot of its own, its boot id is the machine's: reboots are proven on the simulator (test/e2e/power-modes.test.ts).
});
