import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Made } from '../../src/core/docker/made-container.js';
import type { GpuTest as Tested } from '../../src/core/docker/gpu-test.js';
import { ContainerRun } from '../../tools/container/container_run.js';
import { GpuTest } from '../../tools/container/gpu_test.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { Calls, changed } from './change.js';

const tool = new ContainerRun(500);
const runtimes = { nvidia: { path: 'runc' } };

describeWith(engineHostUnavailable(), 'container_run in a real engine', () => {
  let host: EngineHost;
  let calls: Calls;
  beforeAll(async () => {
    host = await startEngineHost({ daemonJson: { runtimes } });
    calls = new Calls(host.sshd.user);
  }, 60_000);
  afterAll(async () => {
    calls.forget();
    await host.stop();
  });
  const run = (args: object): Promise<Made> => changed(tool, { image: busybox, ...args }, host.device, calls.next());
  const inspect = async (name: string, format: string): Promise<string> =>
    (await host.engine.docker(['inspect', '--format', format, name])).trim();

  it('makes one that stays up, just as it was asked for', async () => {
    await host.run(['sh', '-c', 'mkdir -p /tmp/jetfleet-run && echo s3cret >/tmp/jetfleet-run/token']);
    const made = await run({
      name: 'web',
      gpu: true,
      command: ['sh', '-c', 'cat /run/secrets/token; echo "$GREETING"; exec sleep 1000'],
      env: { GREETING: "it's $HOME; `id`" },
      secretFiles: { token: '/tmp/jetfleet-run/token' },
      ports: ['127.0.0.1:8099:80'],
      volumes: ['models:/models'],
      restart: 'unless-stopped',
      memoryMb: 64,
    });
    expect(made).toMatchObject({ name: 'web', state: 'running', says: 'It runs.' });
    expect(await host.engine.docker(['logs', 'web'])).toBe("s3cret\nit's $HOME; `id`\n");
    expect(
      await inspect('web', '{{.HostConfig.Runtime}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.Memory}}'),
    ).toBe(`nvidia unless-stopped ${64 * 1024 * 1024}`);
    expect(await inspect('web', '{{json .HostConfig.PortBindings}}')).toBe(
      '{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8099"}]}',
    );
    expect(await inspect('web', '{{range .Mounts}}{{.Type}}:{{.Destination}}:{{.RW}} {{end}}')).toMatch(
      /bind:\/run\/secrets\/token:false|volume:\/models:true/,
    );
    const processes = await host.run(['ps', '-eo', 'args']);
    expect(processes).not.toContain('GREETING');
    await expect(run({ name: 'web' })).rejects.toThrow(/has a container web already; it is running/);
    await expect(run({ name: 'web2', ports: ['8099:80'] })).rejects.toThrow(/container web has it/);
  });

  it('tells of one that dies at start its exit code and its last words', async () => {
    const made = await run({ name: 'dies', command: ['sh', '-c', 'echo first; echo no such model >&2; exit 3'] });
    expect(made).toMatchObject({
      state: 'exited',
      exitCode: 3,
      says: 'It did not stay up. It ended with the error code 3.',
    });
    expect(made.output?.split('\n').sort()).toEqual(['first', 'no such model']);
  });

  it('tells of one that is started again and again', async () => {
    const made = await run({ name: 'loops', command: ['false'], restart: 'always' });
    expect(made.says).toMatch(/was started again|did not stay up/);
    expect(made.exitCode).toBe(1);
    await host.engine.docker(['rm', '-f', 'loops']);
  });

  it('tells of one that did its work', async () =>
    expect(await run({ name: 'works', command: ['echo', 'done'] })).toMatchObject({ exitCode: 0, output: 'done' }));

  it('tests the GPU in a container that has none of it, and leaves nothing behind', async () => {
    const tested = await changed<Tested>(new GpuTest(), { image: busybox }, host.device, calls.next());
    expect(tested).toMatchObject({ level: 'nothing', usesGpu: false, says: expect.stringContaining('run on the CPU') });
    expect(await host.engine.docker(['ps', '-aq', '--filter', 'name=jetfleet-gpu-test'])).toBe('');
  });

  it.each([
    ['a program that is not there', { command: ['/bin/nothing'] }, /not in the image/],
    ['a folder that is not there', { volumes: ['/tmp/jetfleet-nowhere:/x'] }, /not on the device/],
    ['an image that nobody has', { image: 'localhost:1/none:1' }, /reach the registry|plain HTTP|no image/],
    ['no program at all', { command: undefined }, /no program/],
    ['a network that is not there', { network: 'nowhere' }, /no network/],
    ['a device that is not there', { devices: ['/dev/video99'] }, /device file/],
  ])('says in our words what the engine says of %s', async (what, args, why) => {
    const command = ['sleep', '9'];
    await expect(run({ name: what.replaceAll(' ', '-'), command, ...args })).rejects.toMatchObject({
      kind: 'command_failed',
      message: expect.stringMatching(why),
    });
  });
});

describeWith(engineHostUnavailable({ rights: 'nopasswd' }), 'container_run by sudo', () => {
  let host: EngineHost;
  let calls: Calls;
  beforeAll(async () => {
    host = await startEngineHost({ rights: 'nopasswd', inDockerGroup: false });
    calls = new Calls(host.sshd.user);
  }, 60_000);
  afterAll(async () => {
    calls.forget();
    await host.stop();
  });

  it('works where the user is not in group docker', async () => {
    const args = { image: busybox, name: 'root-made', env: { A: '1' }, command: ['sh', '-c', 'echo $A'] };
    expect(await changed<Made>(tool, args, host.device, calls.next())).toMatchObject({ exitCode: 0, output: '1' });
  });
});
