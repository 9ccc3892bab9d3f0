import { z } from 'zod';
import { kernelOf, knownBadDocker } from '../apt/known-bad-docker.js';
import { dfArgv, parseDf, type FileSystem } from '../linux/df.js';
import { dockerOf, dockerReads, type DockerPresence } from '../probes/docker-presence.js';
import { argv, defineProbe, exists, file, type Answers } from '../probe/probe.js';

/** Tells nothing but whether one variable is set: others of the unit may hold secrets. */
const rawOff = /(?:^|[\s="])DOCKER_INSECURE_NO_IPTABLES_RAW=1(?:[\s"]|$)/m;

const reads = {
  ...dockerReads,
  podman: exists('/run/podman/podman.sock'),
  df: argv(dfArgv),
  kernel: file('/proc/sys/kernel/osrelease'),
  rawModule: argv(['modinfo', '-F', 'filename', 'iptable_raw'], { stderr: 'merge' }),
  iptables: argv(['iptables', '--version']),
  unit: argv(['systemctl', 'show', '-p', 'Environment', 'docker.service']),
  tegra: file('/etc/nv_tegra_release'),
  hostFiles: exists('/etc/nvidia-container-runtime/host-files-for-container.d'),
};

/** What of an engine the host itself shows. */
export interface EngineHostState {
  readonly docker: DockerPresence | undefined;
  readonly hasPodman: boolean;
  readonly hasRuntimeProgram: boolean;
  readonly hasCdi: boolean;
  /** Where NVIDIA's runtime for Jetsons lists what it brings into containers. */
  readonly hasHostFiles: boolean;
  readonly isJetson: boolean;
  readonly fileSystems: readonly FileSystem[];
  /** Whether the kernel lacks what Docker 28 and later need to publish ports. */
  lacksRawTable(version: string): boolean;
  /** The largest log of a container, as daemon.json limits it; undefined for no limit there, `null` where it cannot be read. */
  readonly logLimit: string | undefined | null;
}

const settings = z.object({ 'log-opts': z.object({ 'max-size': z.string().optional() }).optional() });

function logLimit({ status, text }: Answers<typeof reads>['daemonJson']): EngineHostState['logLimit'] {
  if (status === 'denied') return null;
  if (status !== 'ok') return undefined;
  try {
    const size = settings.safeParse(JSON.parse(text)).data?.['log-opts']?.['max-size'];
    return size !== undefined && /^[\w.]{1,12}$/.test(size) && size !== '-1' ? size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * With the older iptables the raw table is a module of its own, and those of JetPack 4 to 6 do not have it. Where that cannot be looked
 * up, the kernel's version decides.
 */
function lacksRaw(answers: Answers<typeof reads>, version: string): boolean {
  const major = Number(/^(\d{1,4})\./.exec(version)?.[1] ?? 0);
  if (major < 28 || rawOff.test(answers.unit.text)) return false;
  const { rawModule, iptables, kernel } = answers;
  if (iptables.text.includes('nf_tables')) return false;
  if (rawModule.status === 'absent') return knownBadDocker(version, kernelOf(kernel.text));
  return rawModule.status === 'failed' && /not found/i.test(rawModule.text);
}

/** Looks at the host without asking the engine. */
export const engineHostProbe = defineProbe({
  name: 'docker_status',
  reads,
  parse: (answers: Answers<typeof reads>): EngineHostState => ({
    docker: dockerOf(answers),
    hasPodman: answers.podman,
    hasRuntimeProgram: answers.nvidiaRuntime,
    hasCdi: answers.cdi,
    hasHostFiles: answers.hostFiles,
    isJetson: answers.tegra.status === 'ok',
    fileSystems: parseDf(answers.df.text).fileSystems,
    lacksRawTable: (version) => lacksRaw(answers, version),
    logLimit: logLimit(answers.daemonJson),
  }),
});

/** The file system that a folder is on. */
export function fileSystemOf(folder: string, all: readonly FileSystem[]): FileSystem | undefined {
  const holds = ({ target }: FileSystem): boolean =>
    target === '/' || folder === target || folder.startsWith(`${target}/`);
  return all.filter(holds).sort((a, b) => b.target.length - a.target.length)[0];
}
