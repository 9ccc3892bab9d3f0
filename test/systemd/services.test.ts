import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Device } from '../../src/ports/fleet.js';
import { ServiceControl } from '../../tools/system/service_control.js';
import { ServiceList } from '../../tools/system/service_list.js';
import { ServiceStatus } from '../../tools/system/service_status.js';
import { fakeCall } from '../fakes/fake-device.js';
import { describeWith } from '../setup/suite.js';
import { systemdUnavailable } from '../setup/systemd.js';
import { carriedOut, startBench, type SystemdBench } from './bench.js';

/** Two looks so far apart see a unit that restarts every 150 ms or less. */
const tool = new ServiceControl(300);
const service = (exec: string, more = ''): string => `[Service]\nExecStart=${exec}\n${more}`;
const forever = '/bin/sleep infinity';
const install = '[Install]\nWantedBy=multi-user.target';

const units = {
  'steady.service': service(forever, install),
  'dies.service': service(`/bin/sh -c 'exit 3'`),
  'killed.service': service(`/bin/sh -c 'kill -KILL $$$$'`),
  'loops.service': `[Unit]\nStartLimitIntervalSec=0\n${service(`/bin/sh -c 'sleep 0.05; exit 1'`, 'Restart=always\nRestartSec=100ms')}`,
  'limit.service': `[Unit]\nStartLimitIntervalSec=1h\nStartLimitBurst=1\n${service(`/bin/sh -c 'exit 3'`)}`,
  'stubborn.service': service(`/bin/sh -c 'trap "" TERM; while :; do sleep 0.1; done'`, 'TimeoutStopSec=1'),
  'slow.service': service(`/bin/sh -c 'trap "sleep 1; exit 0" TERM; while :; do sleep 0.1; done'`, 'TimeoutStopSec=30'),
  'late.service': service(forever, 'Type=notify\nTimeoutStartSec=1'),
  'once.service': service('/bin/true', 'Type=oneshot'),
  'stays.service': service('/bin/true', 'Type=oneshot\nRemainAfterExit=yes'),
  'quick.service': service('/bin/true'),
  'condition.service': `[Unit]\nConditionPathExists=/nowhere\n${service(forever)}`,
  'needs.service': `[Unit]\nRequires=fails.service\nAfter=fails.service\n${service(forever)}`,
  'fails.service': service(`/bin/sh -c 'sleep 0.3; exit 1'`, 'Type=oneshot'),
  'comes-back.service': service(forever),
  'comes-back.timer': '[Timer]\nOnUnitInactiveSec=50ms\nAccuracySec=10ms',
  'worker@.service': service(forever),
  'other-name.service': service(forever, '[Install]\nWantedBy=multi-user.target\nAlias=known-as.service'),
} as const;

describeWith(systemdUnavailable(), 'services of a real systemd', () => {
  let the: SystemdBench;
  const together: (() => void)[] = [];
  /** A test of units of its own: all of these wait at the same time. */
  const alongside = (name: string, test: () => Promise<void>): void => {
    let outcome = Promise.resolve();
    together.push(() => {
      outcome = test();
      outcome.catch(() => undefined);
    });
    it(name, () => outcome);
  };
  beforeAll(async () => {
    the = await startBench();
    await the.host.units(units);
    await the.host.run('systemctl mask other-masked.service worker@masked.service');
    for (const begin of together) begin();
  }, 60_000);
  afterAll(async () => {
    await the.stop();
  });

  const act = (action: string, unit: string, device = the.nano): Promise<unknown> =>
    carriedOut(tool, { unit, action }, device);
  const state = async (unit: string): Promise<string> =>
    (await the.host.run(`systemctl is-active ${unit} || true; systemctl is-enabled ${unit} 2>/dev/null || true`))
      .trim()
      .replace('\n', ' ');
  const status = async (unit: string, device: Device = the.nano) => {
    const reads = new ServiceStatus();
    return reads.spec.output.parse(await reads.read(reads.spec.input.parse({ unit }), device, fakeCall(Date.now())));
  };

  alongside('start, restart, stop, enable and disable do what they say, and nothing where it is so', async () => {
    expect(await act('start', 'steady')).toMatchObject({ active: 'active', says: 'It is up and stayed up.' });
    const before = (await status('steady')).mainPid;
    expect(await act('start', 'steady')).toMatchObject({ says: 'It is running.' });
    expect((await status('steady')).mainPid).toBe(before);
    expect(await act('restart', 'steady')).toMatchObject({ active: 'active', says: 'It is up and stayed up.' });
    expect((await status('steady')).mainPid).not.toBe(before);
    expect(await act('enable', 'steady')).toMatchObject({ enabled: 'enabled', active: 'active' });
    expect(await state('steady')).toBe('active enabled');
    expect(await act('stop', 'steady')).toMatchObject({ active: 'inactive', says: 'It is stopped and stayed so.' });
    expect(await act('stop', 'steady')).toMatchObject({ says: 'It is not running.' });
    expect(await act('disable', 'steady')).toMatchObject({ enabled: 'disabled' });
    expect(await state('steady')).toBe('inactive disabled');
  });

  alongside('waits for a slow stop, and tells of one that took force', async () => {
    await act('start', 'slow');
    expect(await act('stop', 'slow')).toMatchObject({ active: 'inactive', says: 'It is stopped and stayed so.' });
    await act('start', 'stubborn');
    expect(await act('stop', 'stubborn')).toMatchObject({ active: 'failed', says: 'It is stopped and stayed so.' });
    expect(await status('stubborn')).toMatchObject({ result: 'timeout', exit: 'signal 9' });
  });

  alongside('takes a unit by its alias, and an instance of a template', async () => {
    await act('enable', 'other-name');
    expect(await act('start', 'known-as')).toMatchObject({ active: 'active' });
    expect(await state('other-name')).toBe('active enabled');
    expect(await act('start', 'worker@7')).toMatchObject({ unit: 'worker@7.service', active: 'active' });
    expect(await act('stop', 'worker@7')).toMatchObject({ active: 'inactive' });
  });

  alongside('knows units that are not to stay', async () => {
    const ran = { active: 'inactive', says: expect.stringMatching(/ran once/) };
    expect(await act('start', 'once')).toMatchObject(ran);
    expect(await act('restart', 'once')).toMatchObject(ran);
    expect(await act('start', 'stays')).toMatchObject({
      active: 'active',
      says: 'It ran, ended well and counts as up.',
    });
  });

  alongside('tells each failure as what it is', async () => {
    const failing = [
      ['start', 'dies', /did not stay up. It failed: its program ended with an error code. .*exit code 3/],
      ['start', 'killed', /did not stay up. It failed: its program was killed by a signal. .*signal 9/],
      ['start', 'loops', /did not stay up/],
      ['start', 'late', /did not stay up. It failed: it did not start or stop in time/],
      ['start', 'quick', /It is not running/],
      ['start', 'condition', /not running: .* something \(a condition/],
      ['start', 'needs', /not running: .* a unit that it needs/],
      ['enable', 'dies', /does not provide for that/],
    ] as const;
    await Promise.all(
      failing.map(([action, unit, message]) =>
        expect(act(action, unit)).rejects.toMatchObject({
          kind: 'command_failed',
          message: expect.stringMatching(message),
        }),
      ),
    );
  });

  alongside('tells of a unit that something else starts again', async () => {
    await the.host.run('systemctl start comes-back.timer comes-back.service');
    await expect(act('stop', 'comes-back')).rejects.toMatchObject({
      message: expect.stringMatching(/came back at once/),
    });
    expect(await act('stop', 'comes-back.timer')).toMatchObject({ active: 'inactive' });
    expect(await act('stop', 'comes-back')).toMatchObject({ active: 'inactive' });
  });

  it.each([
    ['start', 'other-masked', 'unsupported', /masked/],
    ['enable', 'other-masked', 'unsupported', /masked/],
    ['start', 'nowhere', 'unsupported', /no such unit/],
    ['stop', 'ssh', 'unsupported', /the way in/],
    ['disable', 'sshd', 'unsupported', /the way in/],
    ['stop', 'multi-user.target', 'unsupported', /stands for many/],
    ['start', 'systemd-poweroff', 'unsupported', /halts/],
  ])('refuses to %s %s before anything runs', async (action, unit, kind, message) => {
    await expect(act(action, unit)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  // Not alongside: where a unit is enabled or disabled, systemd reads all of them again, and forgets how often they were started.
  it('tells that systemd refuses a unit that failed too often', async () => {
    await expect(act('start', 'limit')).rejects.toMatchObject({ message: expect.stringMatching(/exit code 3/) });
    await expect(act('start', 'limit')).rejects.toMatchObject({ message: expect.stringMatching(/too often/) });
  });

  it('restarts the way in without losing it', async () => {
    expect(await act('restart', 'ssh')).toMatchObject({ active: 'active', says: 'It is up and stayed up.' });
  });

  it('asks nothing of systemd for a user without rights', async () => {
    await expect(act('start', 'steady', the.guest)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(await state('steady')).toBe('inactive disabled');
  });

  it('service_list and service_status tell of the same units', async () => {
    const lists = new ServiceList();
    const args = lists.spec.input.parse({ state: 'failed' });
    const { failed, services, unknown } = await lists.read(args, the.guest, fakeCall(Date.now()));
    expect(failed).toEqual(expect.arrayContaining(['dies.service', 'limit.service', 'stubborn.service']));
    expect(services.map(({ unit }) => unit)).toEqual(failed);
    expect(unknown).toBeUndefined();
    await the.host.run('journalctl --sync');
    const ofDead = await status('dies');
    expect(ofDead).toMatchObject({ found: true, active: 'failed', result: 'exit-code', exit: 'exit code 3' });
    expect(ofDead.lines.map(({ message }) => message).join('\n')).toMatch(/Failed with result 'exit-code'/);
    expect(ofDead).not.toHaveProperty('unknown');
    expect(await status('nowhere')).toMatchObject({ found: false });
    expect(await status('other-masked')).toMatchObject({ meaning: expect.stringMatching(/masked/) });
    expect((await status('ssh')).memoryBytes).toBeGreaterThan(0);
  });
});
