import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from './accounts.js';
import { dockerUnavailable, startDocker } from './docker.js';
import { ensurePrograms } from './packages.js';

/** A host with a real systemd, journald and logind, and an sshd that systemd has started. */
export interface TestSystemd {
  readonly host: string;
  readonly port: number;
  /** May do everything by sudo without a password, and read the whole journal, as the first user of a Jetson. */
  readonly user: string;
  /** May do neither. */
  readonly guest: string;
  readonly identityFile: string;
  /** Its host key, as a line of known_hosts. */
  readonly knownHosts: string;
  /** Runs a shell text in it as root; resolves to its output, rejects where it fails. */
  run(script: string): Promise<string>;
  /** Writes unit files, by their names, and has systemd read them. */
  units(files: Readonly<Record<string, string>>): Promise<void>;
  /** Cuts the open connections. */
  readonly cut: () => void;
  /** Ends it and removes every trace. */
  stop(): Promise<void>;
}

const packages = ['systemd', 'systemd-sysv', 'libpam-systemd', 'openssh-server', 'dbus', 'sudo'];
/** JetPack 6 is Ubuntu 22.04 with systemd 249; this has 252 and, other than later ones, starts under either kind of control groups. */
const suite = 'bookworm';
const cache = join(import.meta.dirname, '../../.cache');
/** Not needed to run, or of the machine that made it. */
const leftOut = [
  './proc/*',
  './sys/*',
  './dev/*',
  './usr/share/doc',
  './usr/share/man',
  './usr/share/locale',
  './var/cache/apt/*',
  './var/lib/apt/lists/*',
];

/** The file system of such a host; made once per checkout, which takes a minute. */
const rootTar = join(
  cache,
  `systemd-root-${createHash('sha256')
    .update([suite, ...packages, ...leftOut].join())
    .digest('hex')
    .slice(0, 12)}.tar`,
);

/** Why there can be no real systemd here, or undefined. Makes what it takes where that can be. */
export function systemdUnavailable(): string | undefined {
  const missing = dockerUnavailable() ?? ensurePrograms({ debootstrap: 'debootstrap', flock: 'util-linux' });
  if (missing !== undefined) return missing;
  if (existsSync(rootTar)) return undefined;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-root-'));
  const [root, log, tar] = [join(folder, 'root'), join(folder, 'log'), join(folder, 'tar')];
  const excludes = leftOut.map((each) => `--exclude='${each}'`).join(' ');
  // In namespaces of its own, so that an interrupted one leaves no mounts behind. Only one of several processes makes it.
  const make = [
    `[ -e '${rootTar}' ] && exit 0`,
    `timeout 300 unshare --mount --pid --fork --kill-child --mount-proc debootstrap --variant=minbase --include=${packages.join()} ${suite} '${root}' >'${log}' 2>&1`,
    `tar -C '${root}' -cf '${tar}' --one-file-system ${excludes} .`,
    `rm -f '${cache}'/systemd-root-*.tar*; cp '${tar}' '${rootTar}.new' && mv '${rootTar}.new' '${rootTar}'`,
  ].join('\n');
  try {
    execFileSync('flock', [join(cache, 'systemd-root.lock'), 'sh', '-ec', make], { stdio: 'pipe' });
  } catch {
    const last = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) : undefined;
    return `no Debian mirror in reach, or it lacks something: ${last ?? 'debootstrap did not start'}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

const setUp = (publicKey: string): string => `
  until systemctl is-system-running --wait 2>/dev/null | grep -qE 'running|degraded'; do sleep 0.05; done
  useradd -m -s /bin/bash -G sudo,adm ops
  useradd -m -s /bin/bash guest
  echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops
  for user in ops guest; do
    mkdir -m 700 /home/$user/.ssh
    echo '${publicKey}' >/home/$user/.ssh/authorized_keys
    chown -R $user: /home/$user/.ssh
  done
  systemd-run -q --unit=way-in --socket-property=ListenStream=/jetfleet/ssh /lib/systemd/systemd-socket-proxyd 127.0.0.1:22
  cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub`;

// More than an ordinary container has: systemd mounts, and manages control groups.
const rights =
  '--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup --tmpfs /run --tmpfs /run/lock';

/**
 * Starts one, in a container of an engine of its own. It has no boots of its own: the kernel's boot id is this machine's,
 * so a reboot is proven on the simulator, not here.
 */
export async function startSystemd(): Promise<TestSystemd> {
  const engine = await startDocker();
  try {
    const folder = join(engine.folder, 'shared');
    mkdirSync(folder);
    const identityFile = join(engine.folder, 'id_ed25519');
    makeKey(identityFile);
    await engine.docker(['import', rootTar, 'systemd']);
    const words = ['run', '-d', '--name', 'host', '--hostname', 'nano', '--network', 'none', ...rights.split(' ')];
    await engine.docker([...words, '-v', `${folder}:/jetfleet`, 'systemd', '/sbin/init']);
    const run: TestSystemd['run'] = (script) => engine.docker(['exec', '-i', 'host', 'sh', '-e'], script);
    const hostKey = (await run(setUp(readFileSync(`${identityFile}.pub`, 'utf8').trim()))).trim();
    const door = await openDoor(join(folder, 'ssh'));
    return {
      host: '127.0.0.1',
      port: door.port,
      user: 'ops',
      guest: 'guest',
      identityFile,
      knownHosts: `[127.0.0.1]:${String(door.port)} ${hostKey}\n`,
      run,
      units: async (files) => {
        const write = ([name, text]: [string, string]): string =>
          `cat >/etc/systemd/system/${name} <<'END'\n${text}\nEND\n`;
        await run(`${Object.entries(files).map(write).join('')}systemctl daemon-reload`);
      },
      cut: door.cut,
      stop: async () => {
        await door.close();
        await engine.stop();
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** A port of this machine that leads to a socket file. */
async function openDoor(path: string): Promise<{ port: number; cut: () => void; close: () => Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(path);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(from);
          to.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, cut, close };
}
