import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.js';
import type { Docker } from '../../src/ports/docker.js';
import type { Device } from '../../src/ports/fleet.js';
import { DockerSetup } from '../../tools/container/docker_setup.js';
import { fakeCall } from '../fakes/fake-device.js';
import { describeWith } from '../setup/suite.js';
import { systemdUnavailable } from '../setup/systemd.js';
import { offerPackages } from './apt-repository.js';
import { carriedOut, startBench, type SystemdBench } from './bench.js';

const isDown = (cause: unknown): never => {
  throw new Failure('unreachable', 'The daemon is down.', { cause });
};

/** A daemon that only says what it has read, as often as it is told to read it. */
const daemon = String.raw`#!/bin/bash
mkdir -p /run/dockerd
tell() { if grep -qs nvidia-container-runtime /etc/docker/daemon.json; then n=",\"nvidia\":{}"; else n=; fi
  echo "{\"ServerVersion\":\"27.5.1\",\"Runtimes\":{\"runc\":{}$n},\"DefaultRuntime\":\"runc\",\"starts\":\"$$\"}" >/run/dockerd/info; }
tell; trap tell HUP; while :; do sleep 0.1; done`;
const unit =
  '[Service]\nExecStart=/usr/local/sbin/dockerd\nExecReload=/bin/kill -s HUP $MAINPID\n[Install]\nWantedBy=multi-user.target';

describeWith(systemdUnavailable(), 'docker_setup before a real apt and systemd', () => {
  let the: SystemdBench;
  let nano: Device;
  beforeAll(async () => {
    the = await startBench();
    await the.host.units({ 'docker.service': unit });
    await the.host.run(`cat >/usr/local/sbin/dockerd <<'END'\n${daemon}\nEND\nchmod 755 /usr/local/sbin/dockerd`);
    const program = (path: string, says: string): string =>
      `printf "#!/bin/sh\\necho ${says}\\n" >${path}; chmod 755 ${path}`;
    const starts = 'groupadd -f -r docker; systemctl enable -q --now docker.service';
    await offerPackages(the.host, [
      {
        name: 'docker.io',
        version: '27.5.1-0test',
        postinst: `${program('/usr/bin/docker', 'Docker version 27.5.1, build test')}; ${starts}`,
      },
      {
        name: 'nvidia-container',
        version: '6.2.1+b38',
        postinst: program('/usr/bin/nvidia-container-runtime', 'test'),
      },
    ]);
    const info = async (): Promise<unknown> =>
      JSON.parse(await the.host.run('systemctl is-active -q docker.service && cat /run/dockerd/info'));
    const ask: Docker['ask'] = async (question) =>
      question.parse(question.path === '/info' ? await info().catch(isDown) : []);
    const real = the.nano;
    nano = {
      name: real.name,
      files: real.files,
      http: real.http,
      docker: { ...real.docker, ask },
      ask: (probe, signal) => real.ask(probe, signal),
      run: (command, signal) => real.run(command, signal),
      follow: (source, onLine, signal) => real.follow(source, onLine, signal),
      sudoKind: (signal) => real.sudoKind(signal),
      hostKey: (signal) => real.hostKey(signal),
      diagnose: (signal) => real.diagnose(signal),
    };
  }, 90_000);
  afterAll(async () => {
    await the.stop();
  });

  const setUp = (given: object, changeId: string): Promise<unknown> =>
    carriedOut(new DockerSetup(50), { ...given }, nano, { changeId });
  const started = async (): Promise<unknown> =>
    (JSON.parse(await the.host.run('cat /run/dockerd/info')) as { starts: unknown }).starts;

  it('brings a bare device to containers with the GPU', async () => {
    expect(await setUp({ addUserToGroup: true }, 'd0c0000000000001')).toEqual({
      docker: '27.5.1',
      nvidiaRuntime: true,
      defaultRuntime: 'runc',
      inGroupDocker: true,
      says: 'Docker runs, and containers can have the GPU.',
    });
    expect(JSON.parse(await the.host.run('cat /etc/docker/daemon.json'))).toEqual({
      runtimes: { nvidia: { args: [], path: 'nvidia-container-runtime' } },
    });
    expect(await the.host.run('id -nG ops')).toMatch(/\bdocker\b/);
  }, 60_000);

  it('does nothing the second time', async () => {
    const tool = new DockerSetup();
    const plan = await tool.prepare(tool.spec.input.parse({}), nano, fakeCall());
    expect(plan).toMatchObject({ says: 'Docker is as asked already.', steps: [] });
  });

  it('registers the runtime beside other settings without a restart', async () => {
    await the.host.run(`echo '{"data-root":"/nvme"}' >/etc/docker/daemon.json; systemctl reload docker.service`);
    const before = await started();
    expect(await setUp({}, 'd0c0000000000002')).toMatchObject({ nvidiaRuntime: true });
    expect(await started()).toBe(before);
    expect(JSON.parse(await the.host.run('cat /etc/docker/daemon.json'))).toMatchObject({
      'data-root': '/nvme',
      runtimes: { nvidia: {} },
    });
  }, 60_000);

  it('starts a daemon that is down, and restarts one for log limits', async () => {
    await the.host.run('systemctl stop docker.service');
    expect(await setUp({}, 'd0c0000000000003')).toMatchObject({ nvidiaRuntime: true });
    const before = await started();
    expect(await setUp({ logMaxMb: 10 }, 'd0c0000000000004')).toMatchObject({ nvidiaRuntime: true });
    expect(await started()).not.toBe(before);
  }, 60_000);
});
