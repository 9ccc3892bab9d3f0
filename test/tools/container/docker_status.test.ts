import { describe, expect, it } from '@jest/globals';
import { imageArg } from '../../../tools/image-args.js';
import { engineHostProbe } from '../../../src/core/docker/engine-host.js';
import { Failure, type FailureKind } from '../../../src/core/errors.js';
import { DockerStatus } from '../../../tools/container/docker_status.js';
import { recordingsOf } from '../../corpus/recordings.js';
import { FakeDevice, fakeCall, type FakeBoard } from '../../fakes/fake-device.js';
import { corpusMissing, describeWith } from '../../setup/suite.js';

const tool = new DockerStatus();
const keyOf = (name: 'df' | 'rawModule' | 'iptables' | 'unit' | 'dockerVersion' | 'groups'): string =>
  engineHostProbe.reads[name].argv.join(' ');

const infoJson = {
  ServerVersion: '27.5.1',
  Runtimes: { nvidia: { path: 'nvidia-container-runtime' }, runc: {}, 'io.containerd.runc.v2': {} },
  DefaultRuntime: 'nvidia',
  DockerRootDir: '/mnt/nvme/docker',
  Driver: 'overlay2',
  LoggingDriver: 'json-file',
  CgroupDriver: 'systemd',
  CgroupVersion: '2',
  LiveRestoreEnabled: true,
  MemoryLimit: true,
  SecurityOptions: ['name=seccomp,profile=builtin'],
  Containers: 4,
  ContainersRunning: 2,
  Images: 9,
  Warnings: null,
};
const versionJson = {
  Version: '27.5.1',
  ApiVersion: '1.47',
  MinAPIVersion: '1.24',
  Components: [{ Name: 'Engine', Version: '27.5.1' }],
};

const limited = '{"runtimes":{"nvidia":{"path":"nvidia-container-runtime"}},"log-opts":{"max-size":"10m"}}';

interface Host {
  readonly info?: object;
  readonly version?: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly runs?: FakeBoard['runs'];
  readonly board?: Partial<FakeBoard>;
}

/** An Orin with nothing wrong, but for what a test changes. */
function orin({ info = {}, version = {}, files = {}, runs = {}, board = {} }: Host = {}): FakeDevice {
  return new FakeDevice('nano', {
    files: {
      '/var/run/docker.sock': '',
      '/usr/bin/nvidia-container-runtime': '',
      '/etc/nvidia-container-runtime/host-files-for-container.d': '',
      '/etc/nv_tegra_release': '# R36 (release), REVISION: 4.7',
      '/etc/docker/daemon.json': limited,
      '/proc/sys/kernel/osrelease': '5.15.148-tegra',
      ...files,
    },
    runs: {
      [keyOf('dockerVersion')]: { text: 'Docker version 27.5.1, build 9f9e405' },
      [keyOf('groups')]: { text: 'jetson docker' },
      [keyOf('df')]: {
        text:
          'Type 1B-blocks Used Avail Inodes IUsed Filesystem Mounted on\n' +
          'ext4 60000000000 50000000000 7000000000 1 1 /dev/mmcblk0p1 /\n' +
          'ext4 500000000000 90000000000 410000000000 1 1 /dev/nvme0n1p1 /mnt/nvme\n',
      },
      [keyOf('rawModule')]: { text: 'modinfo: ERROR: Module iptable_raw not found.', exitCode: 1 },
      [keyOf('iptables')]: { text: 'iptables v1.8.7 (legacy)' },
      [keyOf('unit')]: { text: 'Environment=HTTP_PROXY=http://user:secret@proxy' },
      ...runs,
    },
    docker: { answers: { '/info': { ...infoJson, ...info }, '/version': { ...versionJson, ...version } } },
    ...board,
  });
}

const read = async (device: FakeDevice) => tool.spec.output.parse(await tool.read({}, device, fakeCall()));
const kinds = async (device: FakeDevice): Promise<string[]> => (await read(device)).findings.map(({ kind }) => kind);

describe('docker_status', () => {
  it('tells all of an engine that is well set up', async () => {
    expect(await read(orin())).toEqual({
      engine: 'docker',
      state: 'answers',
      version: '27.5.1',
      api: '1.24 to 1.47',
      nvidia: 'runtime',
      runtimes: ['io.containerd.runc.v2', 'nvidia', 'runc'],
      defaultRuntime: 'nvidia',
      dataRoot: { path: '/mnt/nvme/docker', sizeBytes: 500_000_000_000, freeBytes: 410_000_000_000 },
      storageDriver: 'overlay2',
      logs: { driver: 'json-file', maxSize: '10m', canFillDisk: false },
      cgroup: 'v2 systemd',
      liveRestore: true,
      containers: { running: 2, all: 4 },
      images: 9,
      findings: [],
    });
  });

  const v28 = { version: { Version: '28.0.1' } };
  it.each<[string, Host, string[]]>([
    ['Docker 28 without the raw table', v28, ['no_raw_table']],
    ['Docker 29 too', { version: { Version: '29.4.0' } }, ['no_raw_table']],
    [
      'not where the module is',
      { ...v28, runs: { [keyOf('rawModule')]: { text: '/lib/modules/x/iptable_raw.ko' } } },
      [],
    ],
    [
      'not with the newer iptables',
      { ...v28, runs: { [keyOf('iptables')]: { text: 'iptables v1.8.10 (nf_tables)' } } },
      [],
    ],
    ['not with nftables itself', { ...v28, info: { FirewallBackend: { Driver: 'nftables' } } }, []],
    [
      'not where it is switched off',
      { ...v28, runs: { [keyOf('unit')]: { text: 'Environment=A=b DOCKER_INSECURE_NO_IPTABLES_RAW=1' } } },
      [],
    ],
    [
      'by the kernel where modinfo is absent',
      { ...v28, runs: { [keyOf('rawModule')]: { text: '', exitCode: 127 } } },
      ['no_raw_table'],
    ],
    ['an old Docker', { version: { Version: '19.03.15' } }, ['too_old']],
    ['the oldest that is known', { version: { Version: '20.10.7' } }, []],
    ['logs without a limit', { files: { '/etc/docker/daemon.json': '{"runtimes":{"nvidia":{}}}' } }, ['endless_logs']],
    [
      'logs of a driver that has its own',
      { files: { '/etc/docker/daemon.json': '{}' }, info: { LoggingDriver: 'local' } },
      [],
    ],
    ['a full disk', { info: { DockerRootDir: '/var/lib/docker' } }, ['disk_full']],
    ['a runtime that is not known to the engine', { info: { Runtimes: { runc: {} } } }, ['nvidia_not_set_up']],
    [
      'CDI instead',
      { info: { Runtimes: { runc: {} }, DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=all' }] } },
      [],
    ],
    [
      'slow storage and no limits',
      { info: { Driver: 'vfs', MemoryLimit: false } },
      ['slow_storage', 'no_memory_limits'],
    ],
    ['containers that a restart ends', { info: { LiveRestoreEnabled: false } }, ['no_live_restore']],
  ])('%s', async (_what, host, expected) => expect(await kinds(orin(host))).toEqual(expected));

  it('says where the list of libraries, or the runtime itself, is missing', async () => {
    const without = (path: string): FakeDevice => {
      const device = orin();
      const { [path]: _gone, ...files } = device.board.files ?? {};
      device.board = { ...device.board, files };
      return device;
    };
    expect(await kinds(without('/etc/nvidia-container-runtime/host-files-for-container.d'))).toEqual(['no_host_files']);
    expect(await kinds(without('/usr/bin/nvidia-container-runtime'))).toEqual(['no_nvidia_runtime']);
  });

  it.each<[FailureKind, string, string]>([
    ['unreachable', 'down', 'down'],
    ['not_allowed', 'no_rights', 'no_rights'],
    ['unsupported', 'down', 'down'],
  ])('an engine that fails with %s is told as %s', async (kind, state, finding) => {
    const device = orin({ board: { docker: { failing: new Failure(kind, 'no') } } });
    const data = await read(device);
    expect(data).toMatchObject({ engine: 'docker', state, version: '27.5.1', nvidia: 'runtime' });
    expect(data.findings[0]).toMatchObject({ kind: finding, fix: expect.any(String) });
  });

  it('tells of a board without any engine, and passes on what is none of the engine', async () => {
    const runs = { ...orin().board.runs, [keyOf('dockerVersion')]: { text: '', exitCode: 127 } };
    const bare = new FakeDevice('bare', { runs, docker: { failing: new Failure('unsupported', 'no engine') } });
    expect(await read(bare)).toMatchObject({
      engine: 'none',
      state: 'absent',
      nvidia: 'not_installed',
      findings: [{ kind: 'no_engine' }],
    });
    const broken = orin({ board: { docker: { failing: new Failure('timeout', 'slow') } } });
    await expect(read(broken)).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('reads Podman, keeps secrets, and cleans what is hostile', async () => {
    const podman = {
      Version: '4.3.1',
      ApiVersion: '1.41',
      Components: [
        { Name: 'Podman Engine', Version: '4.3.1' },
        { Name: 'Conmon', Version: 'conmon version 2.1.6' },
      ],
    };
    const info = {
      Warnings: ['bad\u001b[31m\u202e\nignore'],
      Driver: 'overlay',
      DefaultRuntime: 'crun',
      LoggingDriver: 'journald',
    };
    const data = await read(orin({ version: podman, info }));
    expect(data).toMatchObject({ engine: 'podman', version: '4.3.1', warnings: ['bad ignore'], findings: [] });
    expect(JSON.stringify(data)).not.toMatch(/secret/);
  });

  it('tells Podman without a CDI file apart from Docker without the runtime', async () => {
    const version = { Components: [{ Name: 'Podman Engine', Version: '4.3.1' }] };
    const info = { Runtimes: { crun: {}, runc: {} }, LoggingDriver: '', CgroupVersion: '1', LiveRestoreEnabled: false };
    expect(await kinds(orin({ version, info }))).toEqual(['no_cdi']);
    expect(await kinds(orin({ version, info, files: { '/etc/cdi/nvidia.yaml': '' } }))).toEqual([]);
  });
});

describeWith(corpusMissing, 'recordings about Docker', () => {
  it.each(recordingsOf('docker-daemon-json'))('%s keeps logs without a limit', async (_path, text) =>
    expect(await kinds(orin({ files: { '/etc/docker/daemon.json': text } }))).toEqual(['endless_logs']),
  );

  it.each(recordingsOf('docker-info-grep'))('%s is what the engine tells by its API', async (_path, text) => {
    const runtimes = /Runtimes: (.*)/.exec(text)?.[1]?.split(' ') ?? [];
    const standard = /Default Runtime: (\S+)/.exec(text)?.[1];
    const info = { Runtimes: Object.fromEntries(runtimes.map((name) => [name, {}])), DefaultRuntime: standard };
    expect(await read(orin({ info }))).toMatchObject({ runtimes, defaultRuntime: 'nvidia', nvidia: 'runtime' });
  });

  it.each(recordingsOf('docker-images'))('every image of %s can be named', (_path, text) => {
    const rows = text.trim().split('\n').slice(1);
    for (const [repository, tag, id] of rows.map((row) => row.split(/\s+/)))
      for (const image of [`${repository}:${tag}`, id]) expect(imageArg.safeParse(image).success).toBe(true);
  });

  it.each(recordingsOf('docker-images-json'))('every image of %s can be named', (_path, text) => {
    const { Repository, Tag, ID } = JSON.parse(text) as Record<string, string>;
    for (const image of [`${Repository}:${Tag}`, ID]) expect(imageArg.safeParse(image).success).toBe(true);
  });
});
