import { describe, expect, it } from '@jest/globals';
import { isFileWrite } from '../../../src/core/step.js';
import { Failure } from '../../../src/core/errors.js';
import { DockerSetup } from '../../../tools/container/docker_setup.js';
import { aptPrograms, type FakeApt } from '../../fakes/fake-apt.js';
import type { FakeBoard } from '../../fakes/fake-board.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { JobBoard } from '../system/job-board.js';

const tool = new DockerSetup(1);
const madison = ['28.2.2-0ubuntu1~22.04.1', '27.5.1-0ubuntu3', '20.10.12-0ubuntu4']
  .map((each) => ` docker.io | ${each} | http://ports jammy/universe arm64 Packages\n`)
  .join('');
const policy =
  'nvidia-container:\n  Installed: (none)\n  Candidate: 6.2.1+b38\n  Version table:\nnvidia-container-toolkit:\n  Installed: (none)\n  Candidate: 1.16.2-1\n';
const installBoth =
  'Reading package lists...\nInst runc (1.1.12-0ubuntu2 Ubuntu:22.04/jammy [arm64])\nInst docker.io (27.5.1-0ubuntu3 Ubuntu:22.04/jammy [arm64])\nInst nvidia-container (6.2.1+b38 NVIDIA:r36.4/stable [arm64])\nConf docker.io (27.5.1-0ubuntu3 Ubuntu:22.04/jammy [arm64])\n';
const sameContainer = {
  Id: 'a'.repeat(64),
  Names: ['/web'],
  Image: 'web',
  ImageID: 'x',
  State: 'running',
  Status: 'Up 2 hours',
};

interface Stands {
  readonly settings?: string;
  readonly version?: string;
  readonly runtimes?: readonly string[];
  readonly down?: boolean;
  readonly inGroup?: boolean;
  readonly kernel?: string;
  readonly apt?: Partial<FakeApt>;
  readonly runtime?: boolean;
}

/** A board on which Docker stands so; its daemon has the runtimes of its settings once it was told to read them. */
function deviceWith(stands: Stands): { device: FakeDevice; jobs: JobBoard; apt: FakeApt; board: () => FakeBoard } {
  const { settings, version = '27.5.1', runtimes = ['runc'], runtime = true } = stands;
  const jobs = new JobBoard();
  const apt: FakeApt = { simulation: installBoth, installed: {}, cache: { madison, policy }, ...stands.apt };
  const state = {
    version: version === '' ? undefined : version,
    runtimes: [...runtimes],
    up: stands.down !== true,
    inGroup: stands.inGroup === true,
    runtime,
  };
  const info = (): unknown => ({
    ServerVersion: state.version,
    Runtimes: Object.fromEntries(state.runtimes.map((name) => [name, {}])),
    DefaultRuntime: 'runc',
    LiveRestoreEnabled: false,
  });
  const file = '/etc/docker/daemon.json';
  const device = new FakeDevice('nano-01');
  const board = (): FakeBoard => ({
    ...jobs.board({
      files: {
        '/proc/sys/kernel/osrelease': stands.kernel ?? '5.15.148-tegra',
        ...(settings !== undefined && { [file]: settings }),
        ...(state.runtime && { '/usr/bin/nvidia-container-runtime': '' }),
      },
      runs: {
        'docker --version':
          state.version === undefined
            ? { text: '', exitCode: 127 }
            : { text: `Docker version ${state.version}, build 1` },
        'id -un': { text: 'ops' },
        'id -nG': { text: 'ops sudo' },
      },
      programs: {
        ...aptPrograms(apt),
        sh: (command) =>
          command.argv[3] === 'jetfleet-conffiles'
            ? { text: '' }
            : (jobs.board().programs?.['sh']?.(command) ?? { text: '' }),
        sha256sum: () => (settings === undefined ? { text: '', exitCode: 1 } : { text: `${'b'.repeat(64)}  ${file}` }),
        getent: () => ({ text: `docker:x:999:${state.inGroup ? 'ops' : ''}` }),
        install: () => ({ text: '' }),
        usermod: () => ((state.inGroup = true), { text: '' }),
        systemctl: () => {
          const written = device.board.files?.[file] ?? settings ?? '{}';
          state.runtimes = ['runc', ...Object.keys((JSON.parse(written) as { runtimes?: object }).runtimes ?? {})];
          state.up = true;
          device.board = { ...device.board, docker: engine() };
          return { text: '' };
        },
      },
    }),
    docker: engine(),
  });
  const engine = (): NonNullable<FakeBoard['docker']> =>
    state.up
      ? { answers: { '/info': info, '/containers/json': [sameContainer] } }
      : { failing: new Failure('unreachable', 'The daemon is down.') };
  device.board = board();
  const installs = jobs.outcome;
  Object.defineProperty(jobs, 'outcome', {
    get: () => {
      apt.installed = {
        runc: '1.1.12-0ubuntu2',
        'docker.io': '27.5.1-0ubuntu3',
        'nvidia-container': '6.2.1+b38',
        ...stands.apt?.installed,
      };
      state.version = '27.5.1';
      state.runtime = true;
      device.board = { ...board(), files: { ...device.board.files, '/usr/bin/nvidia-container-runtime': '' } };
      return installs;
    },
  });
  return { device, jobs, apt, board };
}

const planned = async (stands: Stands, given: object = {}) => {
  const { device } = deviceWith(stands);
  const call = fakeCall();
  const args = tool.spec.input.parse(given);
  const plan = await tool.prepare(args, device, call);
  return { device, call, args, plan };
};
const written = ({ steps }: Awaited<ReturnType<typeof planned>>['plan']): unknown => {
  const file = steps.find(isFileWrite);
  return file && JSON.parse(new TextDecoder().decode(file.content));
};

describe('docker_setup plans', () => {
  it('nothing where all is there', async () => {
    const { plan } = await planned({ settings: '{"runtimes":{"nvidia":{"path":"x"}}}', runtimes: ['runc', 'nvidia'] });
    expect(plan).toMatchObject({ says: 'Docker is as asked already.', steps: [] });
  });

  it('the runtime beside all other settings, and a daemon that only reads them anew', async () => {
    const { plan } = await planned({ settings: '{"data-root":"/nvme","runtimes":{"other":{"path":"o"}}}' });
    expect(written(plan)).toEqual({
      'data-root': '/nvme',
      runtimes: { other: { path: 'o' }, nvidia: { args: [], path: 'nvidia-container-runtime' } },
    });
    expect(plan.steps[0]).toMatchObject({ path: '/etc/docker/daemon.json', sudo: true, replaces: 'b'.repeat(64) });
    expect(plan.steps[1]).toMatchObject({ argv: ['systemctl', 'reload', 'docker.service'], sudo: true });
    expect(plan.says).toBe(
      'Writes the NVIDIA runtime into daemon.json; all other settings stay. Has the daemon read its settings anew; containers go on.',
    );
    expect(plan.person).toBeUndefined();
  });

  it('a restart for logs, and names whom it stops', async () => {
    const { plan } = await planned({ settings: '{"log-opts":{"labels":"a"}}' }, { logMaxMb: 20 });
    expect(written(plan)).toMatchObject({
      'log-driver': 'json-file',
      'log-opts': { labels: 'a', 'max-size': '20m', 'max-file': '3' },
    });
    expect(plan.says).toMatch(/Restarts Docker\. web stop; those with a restart policy start again\.$/);
  });

  it('a start where the daemon is down', async () => {
    const { plan } = await planned({ settings: '{"runtimes":{"nvidia":{}}}', down: true });
    expect(plan.steps).toMatchObject([{ argv: ['systemctl', 'enable', '--now', 'docker.service'] }]);
  });

  it('the group only where asked, told as what it is, for a person to approve', async () => {
    const ready = { settings: '{"runtimes":{"nvidia":{}}}', runtimes: ['nvidia'] };
    const { plan } = await planned(ready, { addUserToGroup: true });
    expect(plan).toMatchObject({ steps: [{ argv: ['usermod', '-aG', 'docker', 'ops'], sudo: true }], person: true });
    expect(plan.says).toMatch(/as good as root/);
    expect((await planned({ ...ready, inGroup: true }, { addUserToGroup: true })).plan.steps).toEqual([]);
  });

  it('a Docker that works on the kernel, held so that no upgrade undoes it', async () => {
    const { plan } = await planned({ version: '', runtime: false });
    expect(plan.aptStep?.argv).toEqual(
      expect.arrayContaining(['docker.io=27.5.1-0ubuntu3', 'nvidia-container', 'docker.io']),
    );
    expect(plan.says).toMatch(/^Apt installs 3, downloads 13 MB, takes 2 MB of disk\. Writes the NVIDIA runtime/);
    expect(plan.awaits).toMatchObject({
      outlives: true,
      state: { apt: { installed: { 'docker.io': '27.5.1-0ubuntu3' } } },
    });
    const thor = await planned({ version: '', runtime: false, kernel: '6.8.12-tegra' });
    expect(thor.plan.aptStep?.argv).toEqual(expect.arrayContaining(['docker.io=28.2.2-0ubuntu1~22.04.1']));
  });

  it('another Docker only where it is asked for by its word', async () => {
    const stands = {
      version: '28.2.2',
      settings: '{"runtimes":{"nvidia":{}}}',
      runtimes: ['nvidia'],
      apt: {
        simulation:
          'The following packages will be DOWNGRADED:\n  docker.io\nInst docker.io [28.2.2-0ubuntu1~22.04.1] (27.5.1-0ubuntu3 Ubuntu:22.04/jammy [arm64])\n',
        installed: {},
      },
    };
    expect((await planned(stands)).plan.steps).toEqual([]);
    const { plan } = await planned(stands, { replaceDocker: true });
    expect(plan.aptStep?.argv).toEqual(expect.arrayContaining(['--allow-downgrades', 'docker.io=27.5.1-0ubuntu3']));
    expect(plan.says).toMatch(/It will replace Docker or what it runs on, which stops containers: docker\.io\./);
  });

  it.each([
    ['settings that are not valid', { settings: '{"a":' }, {}, 'daemon.json on the device is not valid'],
    ['no source with Docker', { version: '', apt: { cache: { policy } } }, {}, 'offers a Docker that works'],
    [
      'no source with the runtime',
      { runtime: false, apt: { cache: { madison } } },
      {},
      'offers the NVIDIA container runtime',
    ],
    ['logs kept elsewhere', { settings: '{"log-driver":"journald"}' }, { logMaxMb: 1 }, 'no size limit of its own'],
    [
      'BSP that comes along',
      {
        version: '',
        apt: { simulation: `${installBoth}Inst nvidia-l4t-core [36.4.3] (36.4.7 NVIDIA:r36.4/stable [arm64])` },
      },
      {},
      'Jetson Linux itself',
    ],
  ])('nothing for %s', async (_what, stands, given, words) => {
    await expect(planned(stands as Stands, given)).rejects.toThrow(words);
  });
});

describe('docker_setup does', () => {
  it('all of it in order, and tells what the daemon says', async () => {
    const { device, call, args, plan } = await planned({ version: '', runtime: false }, { addUserToGroup: true });
    expect(tool.spec.output.parse(await tool.perform(args, plan, device, call))).toEqual({
      docker: '27.5.1',
      nvidiaRuntime: true,
      defaultRuntime: 'runc',
      inGroupDocker: true,
      says: 'Docker runs, and containers can have the GPU.',
    });
    expect(device.ran.filter((each) => !each.includes('jetfleet-job'))).toEqual([
      'install -d -m 755 /etc/docker',
      'systemctl restart docker.service',
      'usermod -aG docker ops',
    ]);
    expect(device.wrote).toHaveLength(1);
  });

  it('says what is left where another server finds the packages installed', async () => {
    const { device, call, plan } = await planned({ version: '', runtime: false });
    const step = plan.aptStep;
    if (step === undefined || plan.awaits === undefined) throw new Error('There is no job.');
    await device.run(step, call.signal);
    await expect(tool.settle(plan.awaits, device, call)).rejects.toMatchObject({
      hint: 'Call docker_setup again: it goes on from here.',
    });
  });

  it('only fetches lists where asked', async () => {
    const { device, call, args, plan } = await planned({}, { refresh: true });
    expect(plan.says).toBe('Fetches the package lists anew. Installs nothing.');
    expect(await tool.perform(args, plan, device, call)).toBeUndefined();
    expect(plan.awaits && (await tool.settle(plan.awaits, device, call))).toMatchObject({
      says: expect.stringContaining('up to date'),
    });
  });
});
