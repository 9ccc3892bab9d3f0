import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../setup/processes.js';
import { describeWith } from '../setup/suite.js';
import { KillLab } from './kill-lab.js';
import { ensureBuilt } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

describeWith(fleetUnavailable(), 'a command that runs on a real device', () => {
  let fleet: RealFleet;
  let lab: KillLab;
  let marks = '';
  beforeAll(async () => {
    ensureBuilt();
    fleet = await startFleet(1);
    marks = mkdtempSync('/var/tmp/jetfleet-marks-');
    execFileSync('chown', [fleet.sshd.user, marks]);
    lab = new KillLab(readFileSync(fleet.config, 'utf8'), ['command_run']);
    mkdirSync(join(lab.home, '.ssh'), { mode: 0o700 });
    copyFileSync(fleet.sshd.knownHostsFile, join(lab.home, '.ssh/known_hosts'));
  }, 120_000);
  afterAll(async () => {
    lab.remove();
    await fleet.stop();
    rmSync(marks, { recursive: true, force: true });
  });

  const at = (name: string): string => join(marks, name);
  const script = (name: string): string => `touch ${at(`${name}-begun`)}; sleep 5; touch ${at(`${name}-ended`)}`;
  const settled = () => lab.trail('command_run').some(({ event }) => event === 'settled');
  const steps = () =>
    lab.trail('command_run').flatMap((entry) => (entry.event === 'step' ? [`${entry.step} ${entry.does}`] : []));

  it('is stopped where the client cancels the call, and the audit log says so', async () => {
    const client = await lab.start();
    const cancel = new AbortController();
    const call = client.call('command_run', { script: script('cancelled') }, { signal: cancel.signal });
    const over = expect(call).rejects.toThrow();
    await until(() => existsSync(at('cancelled-begun')));
    cancel.abort();
    await over;
    while (!settled()) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(steps()).toEqual([
      expect.stringMatching(/^1 job [0-9a-f]{16}/),
      expect.stringMatching(/^2 stop job [0-9a-f]{16} if the call is cancelled$/),
    ]);
    expect(existsSync(at('cancelled-ended'))).toBe(false);
    await client.close();
    expect(await lab.verdict()).toMatchObject({ ok: true, unended: [] });
  });

  it('goes on where the client is gone', async () => {
    const client = await lab.start();
    const call = client.call('command_run', { script: script('left') }).catch(() => undefined);
    await until(() => existsSync(at('left-begun')));
    await client.close();
    await call;
    await until(() => existsSync(at('left-ended')));
    expect(steps()).toHaveLength(1);
  });
});
