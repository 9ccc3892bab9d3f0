import { Failure } from '../errors.js';
import { normalPath, protectionsOf } from '../policy/protected-paths.js';
import type { ContainerSpec, Mount } from './container-spec.js';

/** What was seen of the device that decides what a mount reaches. */
export interface HostPaths {
  /** Where a path leads, links followed; undefined where that could not be seen. */
  readonly real?: (path: string) => string | undefined;
  /** Paths of the device that a named volume is another name for. */
  readonly volumes?: ReadonlyMap<string, readonly string[]>;
  /** Folders in which the engine keeps what containers are made of. */
  readonly engineFolders?: readonly string[];
  /** Sockets on which the engine listens, by their real paths. */
  readonly engineSockets?: readonly string[];
}

/** What of a container reaches the device itself, as rules of the policy name it. Capabilities are `cap-NAME`. */
export const grantWords = [
  'privileged',
  'docker-socket',
  'host-services',
  'host-root',
  'host-secrets',
  'host-network',
  'host-pid',
  'host-ipc',
  'raw-device',
] as const;
export type Grant = (typeof grantWords)[number] | `cap-${string}`;

/** What a container has by itself, and what only makes it faster. */
const harmless: ReadonlySet<string> = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT ' +
    'SYS_NICE IPC_LOCK SYS_RESOURCE'
  ).split(' '),
);

/**
 * Cameras, buses, sound, serial lines, GPUs and their engines: what a container on a Jetson is made for. Disks, memory and everything
 * that is not known here is not among them.
 */
const ordinaryDevice =
  /^\/dev\/(?:video\d+|media\d+|v4l-subdev\d+|v4l\/.+|i2c-\d+|spidev[\d.]+|gpiochip\d+|snd(?:\/.+)?|bus\/usb(?:\/.+)?|tty(?:THS|USB|ACM|AMA|TCU|S)\d+|serial\/.+|rtc\d*|dri(?:\/.+)?|fb\d+|input(?:\/.+)?|hidraw\d+|iio:device\d+|apex_\d+|hailo\d+|can\d+|net\/tun|fuse|shm|nvidia[\w-]*|nvidia-caps(?:\/.+)?|nvhost[\w-]*|nvgpu(?:\/.+)?|nvmap|nvsciipc|host1x-fence|capture-vi-channel\d+)$/;

/**
 * What of the device a container is given. Mounts are judged by what they are called and by where `host` says that they lead; throws
 * `invalid_input` for one of which nobody could see it.
 */
export function specGrants(
  spec: Pick<ContainerSpec, 'privileged' | 'network' | 'pid' | 'ipc' | 'capAdd' | 'mounts' | 'devices'>,
  host: HostPaths = {},
): Grant[] {
  const grants = new Set<Grant>();
  if (spec.privileged === true) grants.add('privileged');
  if (spec.network === 'host') grants.add('host-network');
  if (spec.pid === 'host') grants.add('host-pid');
  if (spec.ipc === 'host') grants.add('host-ipc');
  for (const capability of spec.capAdd ?? []) {
    const name = capability.replace(/^CAP_/, '');
    if (!harmless.has(name)) grants.add(`cap-${name}`);
  }
  if (spec.devices.some((device) => !ordinaryDevice.test(normalPath(device) ?? ''))) grants.add('raw-device');
  for (const mount of spec.mounts)
    for (const source of sourcesOf(mount, host))
      for (const grant of bindGrants({ ...mount, source }, host)) grants.add(grant);
  return [...grants].sort();
}

/** Every path that a mount's source may be for the engine: it takes `..` away before it follows links, and the kernel after that. */
function sourcesOf({ kind, source }: Mount, { real = (path) => path, volumes }: HostPaths): Set<string> {
  const given = kind === 'bind' ? [source] : (volumes?.get(source) ?? []);
  const led = pathForms(given).map((path) => real(path) ?? unseen(kind === 'bind' ? source : `the volume ${source}`));
  return new Set([...given, ...led]);
}

/** The paths as they are written, and without their `..`. */
export function pathForms(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => [path, normalPath(path) ?? path]))];
}

function unseen(what: string): never {
  throw new Failure('invalid_input', `volumes: where ${what} leads on the device cannot be seen.`, {
    hint: 'It is not there, is a link to nothing, or lies below a folder that only root enters, and jetfleet cannot become root here. Make it first, or name another.',
    retry: 'yes',
  });
}

/** Where every Linux of today has the same folder under two names. */
const twins: readonly (readonly [RegExp, string])[] = [
  [/^\/var\/run(?=\/|$)/, '/run'],
  [/^\/var\/lock(?=\/|$)/, '/run/lock'],
  // Each of these is the root, or a folder of a process, by another way.
  [/^\/proc\/[^/]+\/(?:task\/[^/]+\/)?root(?=\/|$)/, ''],
];

function canonical(path: string): string {
  const plain = normalPath(path) ?? '/';
  const twin = twins.find(([pattern]) => pattern.test(plain));
  return twin === undefined ? plain : canonical(plain.replace(twin[0], twin[1]) || '/');
}

const within = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder === '/' ? '' : folder}/`);

/** Sockets that make containers, or hold one that does. */
const engineSockets = [
  '/run/docker.sock',
  '/run/docker/libcontainerd',
  '/run/docker/containerd',
  '/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
  '/run/crio/crio.sock',
  '/run/buildkit/buildkitd.sock',
  '/run/user/0/podman/podman.sock',
];
const socketName = /(?:docker|podman|containerd|crio|buildkitd?|dockershim)[^/]*\.sock(?:et)?$/i;
/** Who may talk to these can have anything done as root. */
const services = [
  '/run/dbus',
  '/run/systemd',
  '/run/snapd.socket',
  '/run/udev/control',
  '/run/lxd.socket',
  '/run/incus',
];

/** Read-only, these tell nothing that is not in every log; programs on a Jetson want them. */
const publicFiles =
  /^\/(?:etc\/(?:localtime|timezone|nv_tegra_release|nv_boot_control\.conf|enctune\.conf|nvpmodel\.conf|machine-id|hostname|hosts|os-release|resolv\.conf|asound\.conf|fonts|ssl\/certs|alternatives|nvidia-container-runtime|OpenCL|vulkan|glvnd|X11)|proc\/device-tree|sys|usr|lib|boot|s?bin)(?:\/|$)/;
/** What stands there rules the device, or tells how to. */
const system =
  /^\/(?:(?:etc|root|proc|boot|sys|usr|s?bin|lib[^/]*|snap|nix)(?:\/|$)|var\/lib\/(?:docker|containerd|containers|kubelet|systemd|sudo|dpkg|snapd)(?:\/|$))/;
/** Folders in which much of that stands beside what is harmless. */
const around =
  /^\/(?:var|run|home|home\/[^/]+|var\/(?:lib|spool|backups|snap|tmp)|run\/user|run\/user\/[^/]+|.*\/\.(?:config|local|local\/share))?$/;

function bindGrants({ source, readOnly }: Mount, host: HostPaths): Grant[] {
  const path = canonical(source);
  const grants: Grant[] = [];
  const holds = (inner: string): boolean => within(inner, path) || within(path, inner);
  if ([...engineSockets, ...(host.engineSockets ?? [])].some(holds) || socketName.test(path) || userRuntime.test(path))
    grants.push('docker-socket');
  if (services.some(holds)) grants.push('host-services');
  // As a folder, /dev has the disks in it.
  if (within(path, '/dev')) return ordinaryDevice.test(path) ? grants : [...grants, 'raw-device'];
  if (path === '/') return [...grants, 'host-root'];
  const isEngine = (host.engineFolders ?? []).some(holds);
  if (readOnly && !isEngine && publicFiles.test(path)) return grants;
  const isSystem = isEngine || system.test(path) || around.test(path);
  if (!readOnly && (isSystem || protectionsOf(path, 'file_write', false).length > 0)) grants.push('host-root');
  const isSecret = [path, `${path}/.`].some((each) => protectionsOf(each, 'file_read', true).length > 0);
  if (isSecret || (readOnly && isSystem)) grants.push('host-secrets');
  return grants;
}

/** A user's own engine listens below it. */
const userRuntime = /^\/run\/user(?:\/[^/]+(?:\/podman)?)?$/;
