import type { BoardSpec } from '../boards/board-spec.js';
import type { SimContainer } from './sim-container.js';
import type { SimEngine } from './sim-engine.js';
import { hexOf, type SimImage } from './sim-image.js';

const never = '0001-01-01T00:00:00Z';
const iso = (ms: number): string => (ms === 0 ? never : new Date(ms).toISOString().replace('Z', '000000Z'));

/** The oldest API that an engine of this version still speaks, and its newest. */
export function apiOf({ release: { docker } }: BoardSpec): { readonly newest: string; readonly oldest: string } {
  const major = Number(docker.split('.')[0]);
  if (major >= 29) return { newest: '1.52', oldest: '1.44' };
  if (major >= 25) return { newest: '1.47', oldest: '1.24' };
  return { newest: major >= 23 ? '1.43' : '1.41', oldest: '1.12' };
}

export function versionJson(spec: BoardSpec): object {
  const { newest, oldest } = apiOf(spec);
  const { docker, kernel } = spec.release;
  return {
    Platform: { Name: 'Docker Engine - Community' },
    Components: [{ Name: 'Engine', Version: docker, Details: { ApiVersion: newest, MinAPIVersion: oldest } }],
    Version: docker,
    ApiVersion: newest,
    MinAPIVersion: oldest,
    Os: 'linux',
    Arch: 'arm64',
    KernelVersion: kernel,
  };
}

export function infoJson({ device, containers, images }: SimEngine): object {
  const { spec } = device;
  const running = [...containers.values()].filter(({ state }) => state === 'running').length;
  const { jetpackMajor, docker, kernel, ubuntu } = spec.release;
  return {
    Containers: containers.size,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: containers.size - running,
    Images: images.size,
    Driver: 'overlay2',
    LoggingDriver: 'json-file',
    CgroupDriver: jetpackMajor >= 6 ? 'systemd' : 'cgroupfs',
    CgroupVersion: jetpackMajor >= 6 ? '2' : '1',
    KernelVersion: kernel,
    OperatingSystem: ubuntu.name,
    OSType: 'linux',
    Architecture: 'aarch64',
    NCPU: spec.cpu.cores,
    MemTotal: spec.ramMB * 1024 * 1024,
    MemoryLimit: true,
    DockerRootDir: '/var/lib/docker',
    ServerVersion: docker,
    Runtimes: { runc: { path: 'runc' }, nvidia: { path: 'nvidia-container-runtime' } },
    DefaultRuntime: 'runc',
    LiveRestoreEnabled: false,
    SecurityOptions: ['name=seccomp,profile=builtin'],
    ...(jetpackMajor >= 7 && { DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=all' }] }),
    Warnings: null,
  };
}

/** `Up 3 minutes`, `Exited (0) 2 hours ago`, as the engine says it. */
function statusOf({ state, startedMs, finishedMs, exitCode, words }: SimContainer, nowMs: number): string {
  const ago = (ms: number): string => {
    const seconds = Math.max(1, Math.round((nowMs - ms) / 1000));
    if (seconds < 60) return `${seconds} seconds`;
    return seconds < 3600 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
  };
  if (state === 'created') return 'Created';
  if (state === 'exited') return `Exited (${exitCode}) ${ago(finishedMs)} ago`;
  const paused = state === 'paused' ? ' (Paused)' : words.healthCheck ? ' (healthy)' : '';
  return `Up ${ago(startedMs)}${paused}`;
}

export function listedJson(container: SimContainer, nowMs: number): object {
  const { id, name, image, words, createdMs, state } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: words.image,
    ImageID: image.id,
    Command: [words.entrypoint, ...words.command].filter(Boolean).join(' '),
    Created: Math.floor(createdMs / 1000),
    Ports: words.ports.map(({ address, host, container: inside, protocol }) =>
      state === 'running'
        ? { IP: address, PrivatePort: inside, PublicPort: host, Type: protocol }
        : { PrivatePort: inside, Type: protocol },
    ),
    Labels: words.labels,
    State: state,
    Status: statusOf(container, nowMs),
    HostConfig: { NetworkMode: words.network },
    Mounts: [],
  };
}

export function inspectedJson(container: SimContainer): object {
  const { id, name, image, words, state, exitCode, oomKilled, startedMs, finishedMs, createdMs, pid, restarts } =
    container;
  const [path = '', ...args] = [...(words.entrypoint === undefined ? [] : [words.entrypoint]), ...words.command];
  const running = state === 'running' || state === 'paused';
  return {
    Id: id,
    Created: iso(createdMs),
    Path: path,
    Args: args,
    State: {
      Status: state,
      Running: running,
      Paused: state === 'paused',
      Restarting: false,
      OOMKilled: oomKilled,
      Dead: false,
      Pid: pid,
      ExitCode: exitCode,
      Error: '',
      StartedAt: iso(startedMs),
      FinishedAt: iso(finishedMs),
      ...(words.healthCheck && { Health: { Status: running ? 'healthy' : 'unhealthy', FailingStreak: 0, Log: [] } }),
    },
    Image: image.id,
    Name: `/${name}`,
    RestartCount: restarts,
    HostConfig: {
      NetworkMode: words.network,
      Runtime: words.runtime ?? 'runc',
      Privileged: words.privileged,
      AutoRemove: words.remove,
      CapAdd: words.capAdd,
      RestartPolicy: { Name: container.restart, MaximumRetryCount: 0 },
      LogConfig: { Type: 'json-file', Config: {} },
      Memory: words.memoryBytes,
      ShmSize: words.shmBytes,
      Devices: words.devices.map((each) => ({ PathOnHost: each, PathInContainer: each, CgroupPermissions: 'rwm' })),
      PortBindings: Object.fromEntries(
        words.ports.map(({ address, host, container: inside, protocol }) => [
          `${inside}/${protocol}`,
          [{ HostIp: address, HostPort: String(host) }],
        ]),
      ),
    },
    Mounts: words.mounts.map(({ type, source, target, readOnly }) => ({
      Type: type,
      ...(type === 'volume' && { Name: source }),
      Source: type === 'volume' ? `/var/lib/docker/volumes/${source}/_data` : source,
      Destination: target,
      RW: !readOnly,
    })),
    Config: {
      Image: words.image,
      User: words.user,
      WorkingDir: words.cwd,
      Tty: false,
      Env: words.env,
      Labels: words.labels,
      Cmd: words.command,
      Entrypoint: words.entrypoint === undefined ? null : [words.entrypoint],
    },
  };
}

export function imageJson({ id, tag, digest, sizeBytes, createdMs }: SimImage): object {
  return {
    Id: id,
    ParentId: '',
    RepoTags: [tag],
    RepoDigests: [`${tag.replace(/:[^/:]+$/, '')}@${digest}`],
    Created: Math.floor(createdMs / 1000),
    Size: sizeBytes,
    SharedSize: -1,
    Containers: -1,
    Labels: null,
  };
}

export function inspectedImageJson(image: SimImage): object {
  return {
    ...imageJson(image),
    Created: iso(image.createdMs),
    Architecture: 'arm64',
    Os: 'linux',
    Config: {
      Env: ['NVIDIA_VISIBLE_DEVICES=all', 'NVIDIA_DRIVER_CAPABILITIES=all'],
      Labels: {},
      Cmd: null,
      Entrypoint: null,
    },
    RootFS: { Type: 'layers', Layers: [image.id] },
  };
}

/** One reading of what a container uses. */
export function statsJson(engine: SimEngine, container: SimContainer): object {
  const { device } = engine;
  const running = container.state === 'running';
  const seconds = running ? (device.nowMs() - container.startedMs) / 1000 : 0;
  const share = running && container.image.serves !== 'nothing' ? 0.35 : 0.01;
  const { cores } = device.spec.cpu;
  return {
    id: container.id,
    name: `/${container.name}`,
    read: iso(device.nowMs()),
    preread: never,
    pids_stats: running ? { current: 12 } : {},
    cpu_stats: running
      ? {
          cpu_usage: { total_usage: Math.round(seconds * share * 1e9) },
          system_cpu_usage: Math.round(device.uptimeMs() * cores * 1e6),
          online_cpus: cores,
        }
      : {},
    precpu_stats: {},
    memory_stats: running
      ? {
          usage: Math.round((share > 0.1 ? 0.3 : 0.002) * device.spec.ramMB * 1024 * 1024),
          stats: { inactive_file: 0, file: 0 },
          limit: container.words.memoryBytes || device.spec.ramMB * 1024 * 1024,
        }
      : {},
    networks: running ? { eth0: { rx_bytes: Math.round(seconds * 900), tx_bytes: Math.round(seconds * 1200) } } : {},
    blkio_stats: { io_service_bytes_recursive: [] },
  };
}

/** Docker's own networks, and those that were made. */
export function networksJson({ networks }: SimEngine): object[] {
  return ['bridge', 'host', 'none', ...networks].map((name) => ({
    Id: hexOf(`network ${name}`, 64),
    Name: name,
    Driver: name === 'host' ? 'host' : name === 'none' ? 'null' : 'bridge',
    Scope: 'local',
    Labels: {},
  }));
}

export function volumesJson(engine: SimEngine): object {
  return { Volumes: [...engine.volumes].map((name) => engine.volume(name)), Warnings: null };
}
