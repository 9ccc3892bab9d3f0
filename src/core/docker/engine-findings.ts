import { z } from 'zod';
import type { FileSystem } from '../linux/df.js';
import type { EngineHostState } from './engine-host.js';
import type { EngineInfo } from './engine-info.js';

export const engineFindingKinds = [
  'no_engine',
  'down',
  'no_rights',
  'too_old',
  'no_raw_table',
  'no_nvidia_runtime',
  'nvidia_not_set_up',
  'no_cdi',
  'no_host_files',
  'disk_full',
  'slow_storage',
  'no_memory_limits',
  'endless_logs',
  'no_live_restore',
] as const;
type FindingKind = (typeof engineFindingKinds)[number];

export const engineFinding = z.object({
  kind: z.enum(engineFindingKinds),
  meaning: z.string(),
  fix: z.string(),
});

export type EngineState = 'answers' | 'no_rights' | 'down' | 'absent';
export type NvidiaState = 'runtime' | 'cdi' | 'not_set_up' | 'not_installed';

export interface Found {
  readonly state: EngineState;
  readonly engine: 'docker' | 'podman' | 'none';
  readonly version: string | undefined;
  readonly nvidia: NvidiaState;
  readonly host: EngineHostState;
  readonly info: EngineInfo | undefined;
  readonly disk: FileSystem | undefined;
  readonly logs: { readonly canFillDisk?: boolean | undefined } | undefined;
}

/** Below it the next image of a model's engine does not fit. */
const littleBytes = 12e9;
const slowDrivers = ['vfs', 'devicemapper', 'aufs', 'fuse-overlayfs'];

interface Rule {
  readonly is: (found: Found) => boolean;
  readonly meaning: string;
  readonly fix: string;
}

const rules: Readonly<Record<FindingKind, Rule>> = {
  no_engine: {
    is: ({ state }) => state === 'absent',
    meaning: 'There is no container engine.',
    fix: 'docker_setup installs Docker and the NVIDIA runtime.',
  },
  down: {
    is: ({ state }) => state === 'down',
    meaning: 'The engine is installed and its daemon does not answer.',
    fix: 'service_status and system_logs of docker.service tell why; docker_setup starts it.',
  },
  no_rights: {
    is: ({ state }) => state === 'no_rights',
    meaning: 'The login user may not use the engine, and commands cannot become root.',
    fix: 'docker_setup can put the user into group docker, which is as much as root; or give the device sudo in the fleet file.',
  },
  too_old: {
    is: ({ engine, version = '' }) =>
      engine === 'docker' && (/^(?:1?\d)\./.test(version) || /^20\.0\d\./.test(version)),
    meaning: 'This Docker is older than 20.10, the oldest that jetfleet knows.',
    fix: 'docker_setup installs a newer one.',
  },
  no_raw_table: {
    is: ({ engine, version, host, info }) =>
      engine === 'docker' &&
      version !== undefined &&
      info?.firewall?.startsWith('nftables') !== true &&
      host.lacksRawTable(version),
    meaning:
      'Docker 28 and later write into the raw table of iptables, which this kernel does not have (iptable_raw): containers with published ports do not start.',
    fix: 'Go back to Docker 27.5 and hold its package (docker_setup installs a version that works), or set DOCKER_INSECURE_NO_IPTABLES_RAW=1 for docker.service: then ports on 127.0.0.1 can be reached from the local network.',
  },
  no_nvidia_runtime: {
    is: ({ nvidia, state }) => nvidia === 'not_installed' && state !== 'absent',
    meaning: 'The NVIDIA container runtime is not installed: no container can have the GPU.',
    fix: 'docker_setup installs it.',
  },
  nvidia_not_set_up: {
    is: ({ nvidia, engine }) => nvidia === 'not_set_up' && engine === 'docker',
    meaning:
      'The NVIDIA container runtime is installed, and the engine does not know it: no container can have the GPU.',
    fix: 'docker_setup enters it into daemon.json and restarts Docker.',
  },
  no_cdi: {
    is: ({ nvidia, engine }) => nvidia === 'not_set_up' && engine === 'podman',
    meaning: 'Podman gives containers the GPU by a CDI file, and there is none.',
    fix: 'Run `nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml` as root on the device, or use Docker, which docker_setup sets up.',
  },
  no_host_files: {
    is: ({ nvidia, host: { isJetson, hasHostFiles, hasCdi } }) =>
      nvidia === 'runtime' && isJetson && !hasHostFiles && !hasCdi,
    meaning: "The NVIDIA runtime has no list of the Jetson's own libraries: containers with the GPU find no driver.",
    fix: 'Install nvidia-container with docker_setup; on JetPack 7 make a CDI file with nvidia-ctk.',
  },
  disk_full: {
    is: ({ disk }) => disk !== undefined && disk.availableBytes < littleBytes,
    meaning: 'Less than 12 GB are free where images are kept: images with CUDA are that large.',
    fix: 'image_prune removes unused ones; system_storage tells what else fills the disk.',
  },
  slow_storage: {
    is: ({ info }) => info?.storageDriver !== undefined && slowDrivers.includes(info.storageDriver),
    meaning: 'The storage driver copies or maps whole layers: slow, and needs several times the space.',
    fix: 'overlay2 on ext4 is what fits a Jetson; images have to be pulled again after the change.',
  },
  no_memory_limits: {
    is: ({ info }) => info?.memoryLimits === false,
    meaning: 'The kernel cannot limit the memory of containers: one of them can use it up.',
    fix: 'Add cgroup_enable=memory to the kernel command line in extlinux.conf, and reboot.',
  },
  endless_logs: {
    is: ({ logs }) => logs?.canFillDisk === true,
    meaning: 'Logs of containers are kept without a limit: one that writes much fills the disk.',
    fix: 'docker_setup with logMaxMb sets one for containers that are made later.',
  },
  no_live_restore: {
    is: ({ engine, info }) => engine === 'docker' && info?.liveRestore === false && (info.containers?.running ?? 0) > 0,
    meaning: 'Containers stop whenever the daemon restarts, also when its package is upgraded.',
    fix: '"live-restore": true in /etc/docker/daemon.json keeps them going.',
  },
};

/** What is wrong with an engine, the gravest first. */
export function engineFindings(found: Found): z.output<typeof engineFinding>[] {
  return engineFindingKinds
    .filter((kind) => rules[kind].is(found))
    .map((kind) => ({ kind, meaning: rules[kind].meaning, fix: rules[kind].fix }));
}
