import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceEntry } from '../../src/core/device.js';
import { rig, type Rig } from '../adapters/ssh/rig.js';
import { ensureAccount, type Rights } from './accounts.js';
import { dockerUnavailable, startDocker, type InsideOptions, type TestDocker } from './docker.js';
import { ensurePrograms, findProgram } from './packages.js';
import { sshdUnavailable, type SshdOptions } from './sshd.js';

export interface EngineHostOptions extends Omit<SshdOptions, 'within'>, Pick<InsideOptions, 'daemonJson'> {
  /** Whether the login user is in group docker; true where absent. */
  readonly inDockerGroup?: boolean;
  /** Settings of the devices: `{ sudo: { password: 'env:SUDO' } }`. */
  readonly settings?: DeviceEntry['settings'];
}

/**
 * A machine with a real Docker engine and a real sshd, in namespaces of its own: processes, mounts, /run and network. What a
 * container publishes on 127.0.0.1 is on the loopback address that `device.http` reaches, `docker` on the login user's PATH and
 * /var/run/docker.sock are this engine's, and /etc/group has the user in group docker (or not). Nothing of it is seen outside but the
 * port of sshd. `fleet` reaches it as `board-1` (and `board-2` ... where `hosts` names more addresses), by the product's own
 * SSH and Docker adapters.
 */
export interface EngineHost extends Omit<Rig, 'server'> {
  readonly sshd: Rig['server'];
  readonly engine: TestDocker;
  /** Runs a program on that machine as root, outside of any container; resolves to its output, rejects where it fails. */
  run(argv: readonly [string, ...string[]], input?: string): Promise<string>;
  /** Starts a program on that machine as root, which goes on until it is killed or the machine is stopped. */
  start(argv: readonly [string, ...string[]]): ChildProcess;
}

/** The image that `importBusybox` makes: a static busybox, its applets in /bin. */
export const busybox = 'jetfleet/busybox:1';

/** Why there can be no such machine here, or undefined. */
export function engineHostUnavailable(options: { readonly rights?: Rights } = {}): string | undefined {
  return (
    dockerUnavailable() ??
    sshdUnavailable(options) ??
    ensurePrograms({ nsenter: 'util-linux', busybox: 'busybox-static', ip: 'iproute2', tar: 'tar' })
  );
}

/** Starts such a machine; `busybox` is in its engine. It takes some seconds. */
export async function startEngineHost(options: EngineHostOptions = {}): Promise<EngineHost> {
  const { inDockerGroup = true, daemonJson, settings, ...sshdOptions } = options;
  const { user } = ensureAccount(options.rights ?? 'none');
  const engine = await startDocker({ dockerGroup: inDockerGroup ? [user] : [], ...(daemonJson && { daemonJson }) });
  await importBusybox(engine);
  const made = await rig({ ...sshdOptions, within: engine.pid() }, { ...(settings && { settings }) });
  const { server: sshd, ...rest } = made;
  const enter = ['-t', String(engine.pid()), '--mount', '--net', '--pid', '--'];
  return {
    ...rest,
    sshd,
    engine,
    run: (argv, input = '') =>
      new Promise((resolve, reject) => {
        const child = execFile('nsenter', [...enter, ...argv], (error, stdout, stderr) => {
          if (error) reject(new Error(`${argv.join(' ')}: ${stderr}`, { cause: error }));
          else resolve(stdout);
        });
        child.stdin?.on('error', () => undefined).end(input);
      }),
    start: (argv) => {
      const child = spawn('nsenter', [...enter, ...argv], { stdio: 'ignore' });
      child.unref();
      return child;
    },
    stop: async () => {
      await rest.stop();
      await engine.stop();
    },
  };
}

/** Puts an image made by `docker import` into an engine: a static busybox with the applets that tests use, and more files where given. */
export async function importBusybox(engine: TestDocker, name = busybox): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-image-'));
  const root = join(folder, 'root');
  for (const each of ['bin', 'tmp', 'etc']) mkdirSync(join(root, each), { recursive: true });
  cpSync(findProgram('busybox') ?? 'busybox', join(root, 'bin/busybox'), { dereference: true });
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  const tar = join(folder, 'image.tar');
  execFileSync('tar', ['-C', root, '-cf', tar, '.']);
  await engine.docker(['import', tar, name]);
  rmSync(folder, { recursive: true, force: true });
}

const applets = [
  'sh',
  'sleep',
  'echo',
  'cat',
  'seq',
  'true',
  'false',
  'env',
  'id',
  'httpd',
  'nc',
  'dd',
  'yes',
  'date',
  'ls',
  'kill',
];
