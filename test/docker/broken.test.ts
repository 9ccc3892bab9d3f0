import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Failure } from '../../src/core/errors.js';
import { failureOf, never, output } from '../adapters/ssh/rig.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { containers, inspect, logs } from './questions.js';

describeWith(engineHostUnavailable(), 'an engine whose daemon or link breaks', () => {
  let host: EngineHost;
  const { docker } = { docker: () => host.device.docker };
  /** Follows the output of a container; resolves when the first of it has come, with how that ends. */
  const following = async (): Promise<{ readonly ending: Promise<Failure> }> => {
    let hear = (): void => undefined;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const follow = docker().follow(logs('clock', { follow: '1' }), () => (hear(), 'more'), never());
    const ending = failureOf(follow);
    await Promise.race([heard, ending]);
    return { ending };
  };
  beforeAll(async () => {
    host = await startEngineHost({ maxSessions: 10 });
    await host.engine.docker([
      'run',
      '-d',
      '--name',
      'clock',
      '--restart',
      'always',
      busybox,
      '/bin/sh',
      '-c',
      'while :; do date; sleep 0.05; done',
    ]);
  }, 60_000);
  afterAll(() => host.stop());

  it('answers a hundred at once over one link, beside everything else, and opens no session for it', async () => {
    const asked = Array.from({ length: 100 }, (_, index) =>
      docker().ask(index % 2 === 0 ? containers : (inspect('clock') as never), never()),
    );
    const commands = Array.from({ length: 10 }, () => host.device.run({ argv: ['sleep', '0.3'] }, never()));
    expect(new Set((await Promise.all(asked)).map((each) => each === undefined))).toEqual(new Set([false]));
    await Promise.all(commands);
    expect(host.sshd.logins()).toBe(1);
    expect(host.sshd.log()).not.toMatch(/no more sessions/);
  });

  it('tells a stream from an engine that is gone, and goes on with the next one', async () => {
    const { ending } = await following();
    await host.engine.halt();
    expect(await ending).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/broke the connection off/),
    });
    const down = await failureOf(docker().ask(containers, never()));
    expect(down).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/daemon does not answer/) });
    expect(down.hint).toMatch(/docker_setup/);
    const start = { docker: 'POST', path: '/containers/clock/start' } as const;
    expect(await failureOf(docker().send(start, never()))).toMatchObject({ kind: 'unreachable' });
    await host.engine.resume();
    expect(await docker().ask(containers, never())).toHaveLength(1);
  }, 60_000);

  it('tells a stream from a link that is gone, and asks again over a new one', async () => {
    await docker().send({ docker: 'POST', path: '/containers/clock/start' }, never());
    const { ending } = await following();
    host.sshd.cut();
    expect(await ending).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/link was cut/) });
    expect(await docker().ask(containers, never())).toHaveLength(1);
    // Questions under way at that moment are asked again by themselves.
    const asked = Array.from({ length: 20 }, () => docker().ask(containers, never()));
    host.sshd.cut();
    expect((await Promise.all(asked)).map((found) => found?.length)).toEqual(asked.map(() => 1));
    expect(await host.device.ask(output('echo', 'up'), never())).toBe('up');
  });

  it('says that a change over a link that is gone may have had its effect', async () => {
    const wait = { docker: 'POST', path: '/containers/clock/wait' } as const;
    const waiting = failureOf(docker().send(wait, never()));
    await docker().ask(containers, never());
    await new Promise((resolve) => setTimeout(resolve, 200));
    host.sshd.cut();
    expect(await waiting).toMatchObject({ kind: 'unreachable', retry: 'check_first' });
    const short = { ...wait, timeoutMs: 100 };
    expect(await failureOf(docker().send(short, never()))).toMatchObject({ kind: 'timeout', retry: 'check_first' });
  });
});
