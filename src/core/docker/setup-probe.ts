import { knownBadDocker, kernelOf } from '../apt/known-bad-docker.js';
import { packageVersion } from '../apt/request.js';
import { dockerVersion } from '../linux/docker.js';
import { argv, defineProbe, exists, file, type Answers } from '../probe/probe.js';

const daemonJson = '/etc/docker/daemon.json';

/** Newest first: of JetPack's own parts the one that brings all that its release needs, then the one that newer releases have alone. */
const toolkitPackages = ['nvidia-container', 'nvidia-container-toolkit'] as const;

const reads = {
  version: argv(['docker', '--version']),
  podman: exists('/usr/bin/podman'),
  runtime: exists('/usr/bin/nvidia-container-runtime'),
  folder: exists('/etc/docker'),
  settings: file(daemonJson, { sudo: true }),
  hash: argv(['sha256sum', '--', daemonJson], { sudo: true }),
  user: argv(['id', '-un']),
  groups: argv(['id', '-nG']),
  members: argv(['getent', 'group', 'docker']),
  kernel: file('/proc/sys/kernel/osrelease'),
  engines: argv(['apt-cache', 'madison', 'docker.io']),
  toolkits: argv(['apt-cache', 'policy', ...toolkitPackages]),
};

/** What docker_setup rests on. */
export interface DockerHostState {
  readonly version?: string | undefined;
  /** Installed, in a version that does not work on this kernel. */
  readonly knownBad: boolean;
  /** Installed, and older than what jetfleet knows. */
  readonly tooOld: boolean;
  readonly hasRuntime: boolean;
  readonly hasFolder: boolean;
  /** Content of daemon.json, empty where there is none; and its hash, null then. */
  readonly settings: string;
  readonly settingsHash: string | null;
  /** Absent where its name is not one that commands can be given. */
  readonly user?: string | undefined;
  /** Of the login user, from the next login on at the latest; root needs none. */
  readonly inGroup: boolean;
  /** The newest docker.io of the device's sources that works on this kernel. */
  readonly engine?: string | undefined;
  /** There is a newer one, which does not. */
  readonly newerIsBad: boolean;
  /** The package that brings the NVIDIA runtime. */
  readonly toolkit?: string | undefined;
}

function parse(answers: Answers<typeof reads>): DockerHostState {
  const { version, runtime, folder, settings, hash, user, groups, members, kernel, engines, toolkits } = answers;
  const release = kernelOf(kernel.text);
  const offered = [...engines.text.matchAll(/^\s*docker\.io \| (\S+) \|/gm)]
    .map(([, found = '']) => found)
    .filter((found) => packageVersion.test(found));
  const engine = offered.find((found) => !knownBadDocker(found, release));
  const candidates = new Map(
    [...toolkits.text.matchAll(/^(\S+):\n(?:\s+Installed: .*\n)?\s+Candidate: (\S+)/gm)].map(([, name, found]) => [
      name,
      found,
    ]),
  );
  const has = (name: string): boolean => (candidates.get(name) ?? '(none)') !== '(none)';
  const name = user.text.trim();
  const installed = dockerVersion(version.text);
  const inDocker = members.text.trim().split(':')[3]?.split(',') ?? [];
  return {
    version: installed,
    knownBad: installed !== undefined && knownBadDocker(installed, release),
    tooOld: /^(?:1?\d|20\.0\d)\./.test(installed ?? ''),
    hasRuntime: runtime,
    hasFolder: folder,
    settings: settings.text,
    settingsHash: /^\\?([0-9a-f]{64}) /.exec(hash.text)?.[1] ?? null,
    user: /^[A-Za-z_][\w.-]{0,31}$/.test(name) ? name : undefined,
    inGroup: name === 'root' || inDocker.includes(name) || groups.text.split(/\s+/).includes('docker'),
    engine,
    newerIsBad: engine !== undefined && engine !== offered[0],
    toolkit: toolkitPackages.find(has),
  };
}

/** Docker, its settings, and what the device's own package sources offer; nothing is asked of the daemon. */
export const dockerHostProbe = defineProbe({ name: 'docker-setup', reads, parse });
