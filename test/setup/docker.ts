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

/** A real Docker engine of a test's own. */
export interface TestDocker {
  /** Its socket, as a client takes it in DOCKER_HOST. */
  readonly host: string;
  /** Temporary; goes with the engine. */
  readonly folder: string;
  /** Runs the docker command; resolves to what it printed, rejects with what it complained of. */
  docker(args: readonly string[], input?: string): Promise<string>;
  /** Ends the engine with all its containers, and removes every trace. */
  stop(): Promise<void>;
}

const programs = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  iptables: 'iptables',
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

/** Starts an engine, in namespaces of its own: neither this machine's network nor its mounts are touched. */
export async function startDocker(): Promise<TestDocker> {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-docker-'));
  const [socket, logFile, config] = [join(folder, 'sock'), join(folder, 'dockerd.log'), join(folder, 'daemon.json')];
  const cgroup = `${prefix}${String(process.pid)}-${String((count += 1))}`;
  // This machine's own configuration is none of ours.
  writeFileSync(config, '{}');
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
    '--config-file',
    config,
    '--cgroup-parent',
    `/${cgroup}`,
    ...folders,
  ];
  // Whatever runs in it ends with the engine, and the engine with the test process, even one that was killed.
  const namespaces = ['unshare', '--pid', '--mount', '--net', '--fork', '--kill-child', '--mount-proc'];
  const args = ['--pdeathsig', 'KILL', '--', ...namespaces, ...dockerd];
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
  while (
    !(await docker(['version']).then(
      () => true,
      () => false,
    ))
  ) {
    if (engine.exitCode === null) continue;
    const log = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`dockerd does not start:\n${log}`);
  }
  return { host: `unix://${socket}`, folder, docker, stop };
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
