import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf, never } from '../adapters/ssh/rig.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { processes, until } from '../setup/processes.js';
import { describeWith } from '../setup/suite.js';
import { containers, logs } from './questions.js';

const forwarders = (): readonly string[] =>
  processes()
    .map(({ argv }) => argv.join(' '))
    .filter((words) => words.includes('dial-stdio'));

describe.each(['nopasswd', 'password'] as const)('a user outside of group docker who has sudo (%s)', (rights) => {
  describeWith(engineHostUnavailable({ rights }), 'with a real engine', () => {
    let host: EngineHost;
    const { docker } = { docker: () => host.device.docker };
    beforeAll(async () => {
      const settings = rights === 'password' ? ({ sudo: { password: 'env:SUDO' } } as const) : {};
      host = await startEngineHost({ rights, inDockerGroup: false, settings });
      host.secrets.set('env:SUDO', host.sshd.password ?? '');
      await host.engine.docker([
        'run',
        '-d',
        '--name',
        'web',
        busybox,
        '/bin/sh',
        '-c',
        'while :; do date; sleep 0.05; done',
      ]);
    }, 60_000);
    afterAll(() => host.stop());

    it('asks, changes, follows and runs programs as root', async () => {
      expect(await docker().ask(containers, never())).toHaveLength(1);
      await docker().send({ docker: 'POST', path: '/containers/web/pause' }, never());
      await docker().send({ docker: 'POST', path: '/containers/web/unpause' }, never());
      let lines = 0;
      await docker().follow(logs('web', { follow: '1' }), () => ((lines += 1) < 5 ? 'more' : 'enough'), never());
      const exec = { docker: 'exec', container: 'web', argv: ['echo', 'inside'] } as const;
      expect(await docker().exec(exec, never())).toMatchObject({ exitCode: 0, stdout: 'inside\n' });
    });

    it('asks a hundred things at once without taking all of sshd', async () => {
      const asked = Array.from({ length: 100 }, () => docker().ask(containers, never()));
      const others = Array.from({ length: 4 }, () => host.device.run({ argv: ['true'] }, never()));
      await Promise.all([...asked, ...others]);
      expect(host.sshd.log()).not.toMatch(/no more sessions/);
    });

    it('puts nothing secret into any command line', async () => {
      const leaving = new AbortController();
      const following = docker().follow(logs('web', { follow: '1' }), () => 'more', leaving.signal);
      await until(() => forwarders().length > 0);
      const all = processes().map(({ argv }) => argv.join(' '));
      expect(all.filter((words) => words.includes('Jetfleet-test'))).toEqual([]);
      leaving.abort();
      expect(await failureOf(following)).toMatchObject({ kind: 'cancelled' });
    });

    it('leaves no forwarder behind', async () => {
      await docker().ask(containers, never());
      await until(() => forwarders().length === 0);
    });

    it('says that the daemon is down', async () => {
      await docker().ask(containers, never());
      await host.engine.halt();
      const down = { kind: 'unreachable', message: expect.stringMatching(/daemon does not answer/) };
      expect(await failureOf(docker().ask(containers, never()))).toMatchObject(down);
      await host.engine.resume();
      expect(await docker().ask(containers, never())).toHaveLength(1);
    }, 60_000);
  });
});

describeWith(engineHostUnavailable(), 'a user outside of group docker who has no sudo', () => {
  it('is told what would help', async () => {
    const host = await startEngineHost({ inDockerGroup: false });
    try {
      const failure = await failureOf(host.device.docker.ask(containers, never()));
      expect(failure).toMatchObject({ kind: 'not_allowed', retry: 'no' });
      expect(failure.hint).toMatch(/docker_setup/);
    } finally {
      await host.stop();
    }
  }, 60_000);
});

describeWith(engineHostUnavailable(), 'an sshd that forbids forwarding', () => {
  it('is told apart from an engine that is down', async () => {
    const host = await startEngineHost({ config: ['AllowStreamLocalForwarding no', 'AllowTcpForwarding no'] });
    try {
      const { device } = host;
      const forbidden = { kind: 'not_allowed', message: expect.stringMatching(/forbids forwarding/) };
      expect(await failureOf(device.docker.ask(containers, never()))).toMatchObject(forbidden);
      const http = device.http.request({ port: 80, method: 'GET', path: '/' }, never());
      expect(await failureOf(http)).toMatchObject(forbidden);
    } finally {
      await host.stop();
    }
  }, 60_000);
});
