import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePrograms, findProgram } from './packages.js';
import { descendantsOf, type RunningProcess, until } from './processes.js';

/** A real Docker engine of a test's own. */
export interface TestDocker {
  /** Its socket, as a client takes it in DOCKER_HOST. */
  readonly host: string;
  /** Temporary; goes with the engine. */
  readonly folder: string;
  /** Runs the docker command; resolves to what it printed, rejects with what it complained of. */
  docker(args: readonly string[], input?: string): Promise<string>;
  /** The first process of its namespaces, as this machine counts. */
  pid(): number;
  /** Kills the daemon; its namespaces and whatever else runs in them stay, so that `resume` can follow. */
  halt(): Promise<void>;
  /** Starts the daemon again; resolves when it answers. */
  resume(): Promise<void>;
  /** Ends the engine with all its containers, and removes every trace. */
  stop(): Promise<void>;
}

/** What makes a device of an engine's namespaces: somebody can log in there. */
export interface InsideOptions {
  /** Users in its group docker. */
  readonly dockerGroup: readonly string[];
  /** More settings of /etc/docker/daemon.json. */
  readonly daemonJson?: Readonly<Record<string, unknown>>;
}

const programs = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  iptables: 'iptables',
  ip: 'iproute2',
  unshare: 'util-linux',
  setpriv: 'util-linux',
};
const cgroups = '/sys/fs/cgroup';
const prefix = 'jetfleet-test-';
let count = 0;

/** Why there can be no Docker engine here, or undefined. Installs what is missing where it may. */
export function dockerUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'a Docker engine is tested on Linux only';
  if (process.getuid?.() !== 0) return 'starting a Docker engine needs root';
  const missing = ensurePrograms(programs);
  if (missing !== undefined) return missing;
  try {
    execFileSync('unshare', ['--pid', '--mount', '--net', '--fork', 'mount', '-t', 'tmpfs', 'none', '/mnt'], {
      stdio: 'pipe',
    });
  } catch {
    return 'this machine is a container without the rights for a Docker engine, which needs root of a whole machine';
  }
  return undefined;
}

/**
 * Runs the engine as often as it is halted and resumed. Arguments: the file that says that it is halted, what prepares the namespaces,
 * the engine.
 */
const keeper =
  'halted=$1; eval "$2"; shift 2; while :; do "$@"; [ -e "$halted" ] || exit 1; while [ -e "$halted" ]; do sleep 0.02; done; done';

/** A loopback interface, a /run of its own, the engine's socket where everybody looks for it, and its group docker. */
const deviceOf = (folder: string): string =>
  `set -e; ip link set lo up; mount -t tmpfs none /run; mkdir -p /run/sshd /run/lock; mount --bind ${folder}/group /etc/group; set +e`;

/** Starts an engine, in namespaces of its own: neither this machine's network nor its mounts are touched. */
export async function startDocker(inside?: InsideOptions): Promise<TestDocker> {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-docker-'));
  const [socket, logFile, config] = [join(folder, 'sock'), join(folder, 'dockerd.log'), join(folder, 'daemon.json')];
  const cgroup = `${prefix}${String(process.pid)}-${String((count += 1))}`;
  // This machine's own configuration is none of ours.
  writeFileSync(config, JSON.stringify(inside?.daemonJson ?? {}));
  const group = readFileSync('/etc/group', 'utf8').replace(/^docker:.*\n/m, '');
  writeFileSync(join(folder, 'group'), `${group}docker:x:4242:${inside?.dockerGroup.join(',') ?? ''}\n`);
  const halted = join(folder, 'halted');
  const output = openSync(logFile, 'a');
  const folders = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'exec'),
    '--pidfile',
    join(folder, 'pid'),
  ];
  const dockerd = [
    'dockerd',
    '-H',
    `unix://${socket}`,
    ...(inside === undefined ? [] : ['-H', 'unix:///run/docker.sock', '--group', 'docker']),
    '--config-file',
    config,
    '--cgroup-parent',
    `/${cgroup}`,
    ...folders,
  ];
  // Whatever runs in it ends with the engine, and the engine with the test process, even one that was killed.
  const namespaces = ['unshare', '--pid', '--mount', '--net', '--fork', '--kill-child', '--mount-proc'];
  const kept = [
    'sh',
    '-c',
    keeper,
    'jetfleet-docker',
    halted,
    inside === undefined ? '' : deviceOf(folder),
    ...dockerd,
  ];
  const args = ['--pdeathsig', 'KILL', '--', ...namespaces, ...kept];
  const engine = spawn('setpriv', args, { stdio: ['ignore', 'ignore', output] });
  closeSync(output);
  engine.unref();

  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, DOCKER_HOST: `unix://${socket}` };
  const docker: TestDocker['docker'] = (words, input = '') =>
    new Promise((resolve, reject) => {
      const options = { env, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(findProgram('docker') ?? 'docker', [...words], options, (error, stdout, stderr) => {
        if (error) reject(new Error(`docker ${words.join(' ')}: ${stderr}`, { cause: error }));
        else resolve(stdout);
      });
      child.stdin?.on('error', () => undefined).end(input);
    });
  const stop = async (): Promise<void> => {
    await ended(engine);
    // The engine's processes are gone before the kernel has let go of their control groups.
    while (!removeCgroups(cgroup)) await new Promise((resolve) => setTimeout(resolve, 10));
    rmSync(folder, { recursive: true, force: true });
  };
  const answers = (): Promise<boolean> =>
    docker(['version']).then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (engine.exitCode === null) continue;
    const log = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`dockerd does not start:\n${log}`);
  }
  const below = () => descendantsOf(engine.pid ?? -1);
  return {
    host: `unix://${socket}`,
    folder,
    docker,
    stop,
    pid: () => below().find(({ parent }) => parent === engine.pid)?.pid ?? -1,
    halt: async () => {
      writeFileSync(halted, '');
      const isDaemon = ({ argv }: RunningProcess): boolean => argv[0] === 'dockerd';
      for (const { pid } of below().filter(isDaemon)) process.kill(pid, 'SIGKILL');
      await until(() => !below().some(isDaemon));
    },
    resume: async () => {
      rmSync(halted, { force: true });
      while (!(await answers()));
    },
  };
}

async function ended(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null || engine.signalCode !== null) return;
  engine.ref();
  const gone = once(engine, 'exit');
  engine.kill('SIGKILL');
  await gone;
}

/** Removes the control groups of an engine that has ended; false where some are still in use. */
function removeCgroups(name: string): boolean {
  const roots = [cgroups, ...readdirSync(cgroups).map((each) => join(cgroups, each))].map((each) => join(each, name));
  const left = roots.filter((each) => existsSync(each));
  if (left.length === 0) return true;
  try {
    execFileSync('find', [...left, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Removes what a test process that was killed left behind. */
function sweep(): void {
  const names = [cgroups, ...readdirSync(cgroups).map((each) => join(cgroups, each))].flatMap((each) => {
    try {
      return readdirSync(each);
    } catch {
      return [];
    }
  });
  for (const name of new Set(names.filter((each) => each.startsWith(prefix))))
    if (!existsSync(`/proc/${name.slice(prefix.length).split('-')[0] ?? ''}`)) removeCgroups(name);
}
