import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AptRequest } from '../../src/core/apt/request.js';
import { launched } from '../../src/core/jobs/job-commands.js';
import { aptEnded, guardedApt, type GuardedApt } from '../../tools/apt-change.js';
import { refreshed, refreshPlan } from '../../tools/apt-refresh.js';
import { fakeCall } from '../fakes/fake-device.js';
import { describeWith } from '../setup/suite.js';
import { systemdUnavailable } from '../setup/systemd.js';
import { offerPackages } from './apt-repository.js';
import { startBench, type SystemdBench } from './bench.js';

describeWith(systemdUnavailable(), 'the apt guard before a real apt', () => {
  let the: SystemdBench;
  beforeAll(async () => {
    the = await startBench();
    await offerPackages(the.host, [
      { name: 'jf-base', version: '1.0', conf: 'one' },
      { name: 'jf-base', version: '2.0', conf: 'two' },
      { name: 'jf-app', version: '1.0', more: 'Depends: jf-base (>= 2.0)' },
      { name: 'jf-clash', version: '1.0', more: 'Conflicts: jf-base' },
      { name: 'jf-bad', version: '1.0', postinst: 'echo no luck >&2; exit 7' },
      { name: 'jf-camera', version: '1.0', more: 'Depends: nvidia-l4t-core (>= 36.4.7)' },
      { name: 'jf-plain', version: '1.0' },
      { name: 'jf-late', version: '1.0' },
      { name: 'nvidia-l4t-core', version: '36.4.3-2025' },
      { name: 'nvidia-l4t-core', version: '36.4.7-2025' },
    ]);
    await the.host.run(
      'apt-get -q -y install jf-base=1.0 nvidia-l4t-core=36.4.3-2025 >/dev/null; echo mine >/etc/jf-base.conf',
    );
  }, 90_000);
  afterAll(async () => {
    await the.stop();
  });

  const asked = (packages: string[], more: Partial<AptRequest> = {}): AptRequest => ({
    action: 'install',
    packages,
    allow: [],
    ...more,
  });
  const newCall = () => ({ ...fakeCall(Date.now()), changeId: randomBytes(8).toString('hex') });
  type TestCall = ReturnType<typeof newCall>;
  const plan = (request: AptRequest, call: TestCall = newCall()): Promise<GuardedApt> =>
    guardedApt(request, the.nano, call);
  const begin = async ({ step }: GuardedApt, call: TestCall): Promise<void> => {
    if (step === undefined) throw new Error('There is nothing to do.');
    expect(launched(await the.nano.run(step, call.signal))).toBe('started');
  };
  const end = async ({ goal }: GuardedApt, call: TestCall): Promise<true> => {
    for (;;) {
      const done = await aptEnded(goal, the.nano, call);
      if (done) return done;
    }
  };
  const carryOut = async (request: AptRequest): Promise<true> => {
    const call = newCall();
    const guarded = await plan(request, call);
    await begin(guarded, call);
    return end(guarded, call);
  };
  const version = async (name: string): Promise<string> =>
    (await the.host.run(`dpkg-query -W -f '\${Version} \${db:Status-Abbrev}' ${name} 2>&1 || true`)).trim();

  it('says what would happen without root and without touching anything', async () => {
    const { plan: seen, says } = await guardedApt(asked(['jf-plain']), the.guest, newCall());
    expect(seen.simulation).toMatchObject({
      install: [{ name: 'jf-plain', to: '1.0' }],
      upgrade: [],
      remove: [],
      unknown: [],
    });
    expect(says).toMatch(/^Apt installs 1, downloads \d+ MB, takes \d+ MB of disk\.$/);
    expect(await version('jf-plain')).toMatch(/no packages found/);
  });

  it('upgrades under a changed settings file, which stays, and tells of it before', async () => {
    const { says } = await plan(asked(['jf-app']));
    expect(says).toMatch(
      /installs 1, upgrades 1, .* Settings files changed on the device stay as they are: \/etc\/jf-base\.conf\.$/,
    );
    expect(await carryOut(asked(['jf-app']))).toBe(true);
    expect([await version('jf-app'), await version('jf-base')]).toEqual(['1.0 ii', '2.0 ii']);
    expect(await the.host.run('cat /etc/jf-base.conf')).toBe('mine\n');
    expect((await plan(asked(['jf-app']))).step).toBeUndefined();
  }, 60_000);

  it('refuses removals until their word is given, and what was not approved even then', async () => {
    await expect(plan(asked(['jf-clash']))).rejects.toMatchObject({
      kind: 'not_allowed',
      message: expect.stringMatching(/also remove packages \((?:jf-app, jf-base|jf-base, jf-app)\)/),
      hint: expect.stringContaining('allow: ["remove"]'),
    });
    expect(await carryOut(asked(['jf-clash'], { allow: ['remove'] }))).toBe(true);
    expect(await version('jf-base')).toMatch(/rc|no packages found/);
    await expect(plan(asked(['jf-app']))).rejects.toMatchObject({
      message: expect.stringMatching(/contradict each other/),
    });
  }, 60_000);

  it('refuses BSP packages that come along, and what is held', async () => {
    await expect(plan(asked(['jf-camera']))).rejects.toMatchObject({
      kind: 'not_allowed',
      message: expect.stringMatching(/Jetson Linux itself.*nvidia-l4t-core/),
    });
    await the.host.run('apt-mark hold nvidia-l4t-core');
    await expect(plan(asked(['nvidia-l4t-core'], { allow: ['bsp'] }))).rejects.toMatchObject({
      hint: expect.stringContaining('["bsp","held"]'),
    });
    await the.host.run('apt-mark unhold nvidia-l4t-core');
  });

  it('waits for a lock that another program holds, and says so', async () => {
    const call = newCall();
    const guarded = await plan(asked(['jf-plain'], { holdBsp: true }), call);
    await the.host.run(
      // As dpkg and apt lock: by fcntl.
      `setsid perl -e 'use Fcntl; open(F,">","/var/lib/dpkg/lock-frontend"); $l=pack("ssx4l!l!ix4",1,0,0,0,0); fcntl(F,F_SETLK,$l) or die; sleep 1 while !-e "/tmp/let-go"' >/dev/null 2>&1 & sleep 1`,
    );
    await begin(guarded, call);
    while (!call.messages.some((each) => each.includes('holds the lock')))
      expect(await aptEnded(guarded.goal, the.nano, call)).toBeUndefined();
    expect(await version('jf-plain')).toMatch(/no packages found/);
    await the.host.run('touch /tmp/let-go');
    expect(await end(guarded, call)).toBe(true);
    expect(await version('jf-plain')).toBe('1.0 ii');
    expect(await the.host.run('apt-mark showhold')).toBe('');
  }, 90_000);

  it('does nothing where apt would do something else than was approved', async () => {
    const call = newCall();
    const guarded = await plan(asked(['jf-late']), call);
    await offerPackages(the.host, [{ name: 'jf-late', version: '1.1' }]);
    await begin(guarded, call);
    await expect(end(guarded, call)).rejects.toMatchObject({
      message: expect.stringMatching(/something else now than was planned/),
      retry: 'yes',
    });
    expect(await version('jf-late')).toMatch(/no packages found/);
  }, 60_000);

  it('tells a package that could not be set up, whatever apt ended with', async () => {
    await expect(carryOut(asked(['jf-bad']))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^A package could not be set up: jf-bad\. Packages not set up to the end: jf-bad\.$/,
      ),
    });
    await the.host.run('dpkg --purge --force-all jf-bad 2>/dev/null || true');
  }, 60_000);

  it('fetches lists anew, and tells sources that cannot be reached', async () => {
    const fetched = async (): Promise<unknown> => {
      const call = newCall();
      for (const step of (await refreshPlan(the.nano, call)).steps) launched(await the.nano.run(step, call.signal));
      for (;;) {
        const end = await refreshed(the.nano, call);
        if (end) return end;
      }
    };
    expect(await fetched()).toMatchObject({ says: expect.stringContaining('up to date') });
    await the.host.run("echo 'deb http://127.0.0.1:9/ ./' >/etc/apt/sources.list.d/dead.list");
    await expect(fetched()).rejects.toMatchObject({ message: 'The device cannot reach its package servers.' });
    await the.host.run('rm /etc/apt/sources.list.d/dead.list');
  }, 60_000);

  it('tells an unknown package before anything runs', async () => {
    await expect(plan(asked(['jf-nothing']))).rejects.toMatchObject({ hint: expect.stringContaining('refresh: true') });
  });
});
