import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAccount, grantSudo, makeKey, type Rights } from './accounts.js';
import { type Door, openDoor } from './door.js';
import { ensurePrograms, findProgram } from './packages.js';
import { descendantsOf, type RunningProcess } from './processes.js';

export interface SshdOptions {
  /** Any addresses of 127.0.0.0/8; `127.0.0.1` where absent. */
  readonly hosts?: readonly string[];
  /** Who logs in: a user without sudo (default), with sudo by password or without one, or root. */
  readonly rights?: Rights;
  readonly maxSessions?: number;
  readonly maxStartups?: string;
  /** Lets the user in by password too. */
  readonly passwordLogin?: boolean;
  /** Host key types of ssh-keygen; `ed25519` where absent. */
  readonly hostKeyTypes?: readonly string[];
  /** A login shell of its own, by a short name for its account; `script` is written to the server's folder. */
  readonly loginShell?: { readonly name: string; readonly script: string };
  /** Further lines of sshd_config; they come first, so they win. */
  readonly config?: readonly string[];
  /** A process in whose namespaces sessions live, as on another machine; only the listening socket is this one's. */
  readonly within?: number;
}

/** A real OpenSSH server on loopback, with a user, a key and a known_hosts file that fit it. */
export interface TestSshd {
  readonly port: number;
  readonly hosts: readonly string[];
  readonly user: string;
  /** The user's password, for login (`passwordLogin`) and sudo; undefined for root. */
  readonly password: string | undefined;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** `<type> <base64>` of each host key, as a line of known_hosts ends. */
  readonly hostKeys: readonly string[];
  /** The server's own temporary folder: keys, authorized_keys, log. */
  readonly folder: string;
  /** Puts an executable into the folder that comes first on the PATH of logged-in commands. */
  standIn(name: string, script: string): void;
  /** What sshd has logged since its first start. */
  log(): string;
  /** How many logins sshd has accepted. */
  logins(): number;
  /** What runs below the server now: its sessions and what their users started. */
  running(): readonly RunningProcess[];
  /** Kills the processes that serve the open connections; the server itself stays. */
  cut(): void;
  /** Ends the server and its connections, and starts it again on the same port. */
  restart(): Promise<void>;
  /** Ends the server and its connections, but keeps its files, so that `restart` can follow. */
  halt(): Promise<void>;
  /** Ends everything and removes every file and sudo rule. */
  stop(): Promise<void>;
}

/** sshd listens on at most 16 sockets, so more hosts take more processes on the same port. */
const hostsPerProcess = 16;
const programs = {
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  setpriv: 'util-linux',
  flock: 'util-linux',
  useradd: 'passwd',
};

/** Why no real sshd can be had here, or undefined where it can. Installs what is missing where it may. */
export function sshdUnavailable(options: Pick<SshdOptions, 'rights'> = {}): string | undefined {
  if (process.platform !== 'linux') return 'a real sshd is tested on Linux only';
  if (process.getuid?.() !== 0) return 'starting sshd with a login user needs root';
  const sudo = options.rights === 'nopasswd' || options.rights === 'password';
  return ensurePrograms({ ...programs, ...(sudo && { sudo: 'sudo' }) });
}

/** Starts a server, or answers why it cannot. */
export async function startSshd(options: SshdOptions = {}): Promise<TestSshd | string> {
  const reason = sshdUnavailable(options);
  if (reason !== undefined) return reason;
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const { hosts = ['127.0.0.1'], rights = 'none', hostKeyTypes = ['ed25519'], loginShell } = options;
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-sshd-'));
  chmodSync(folder, 0o755);
  const bin = join(folder, 'bin');
  mkdirSync(bin, { mode: 0o755 });
  const shell = loginShell && { name: loginShell.name, path: join(folder, 'login-shell') };
  if (loginShell && shell) writeFileSync(shell.path, loginShell.script, { mode: 0o755 });
  const account = ensureAccount(rights, shell);

  const identityFile = join(folder, 'id_ed25519');
  makeKey(identityFile);
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${identityFile}.pub`), { mode: 0o644 });
  for (const type of hostKeyTypes) makeKey(join(folder, `host_${type}`), { type });
  const hostKeys = hostKeyTypes.map((type) =>
    readFileSync(join(folder, `host_${type}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' '),
  );
  const revokeSudo = grantSudo(account.user, rights);
  const logFile = join(folder, 'sshd.log');
  writeFileSync(logFile, '');
  const log = (): string => readFileSync(logFile, 'utf8');

  const configOf = (port: number, addresses: readonly string[]): string =>
    [
      ...(options.config ?? []),
      `Port ${String(port)}`,
      ...addresses.map((address) => `ListenAddress ${address}`),
      ...hostKeyTypes.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'UseDNS no',
      'StrictModes no',
      'PermitRootLogin yes',
      'LogLevel VERBOSE',
      'PubkeyAuthentication yes',
      `PasswordAuthentication ${options.passwordLogin === true ? 'yes' : 'no'}`,
      'KbdInteractiveAuthentication no',
      `MaxSessions ${String(options.maxSessions ?? 10)}`,
      `MaxStartups ${options.maxStartups ?? '200:30:400'}`,
      'AcceptEnv JETFLEET_*',
      'Subsystem sftp internal-sftp',
      `SetEnv PATH=${bin}:/usr/local/bin:/usr/bin:/bin`,
      'PrintMotd no',
      'AllowStreamLocalForwarding yes',
      'AllowTcpForwarding yes',
    ].join('\n');

  let servers: ChildProcess[] = [];
  let doors: readonly Door[] = [];
  const end = async (): Promise<void> => {
    const ending = servers;
    servers = [];
    for (const door of doors) await door.close();
    doors = [];
    await Promise.all(
      ending.map(async (server) => {
        for (const { pid } of sessionsOf(server)) kill(pid);
        if (server.exitCode !== null || server.signalCode !== null) return;
        server.ref();
        const gone = once(server, 'exit');
        server.kill('SIGKILL');
        await gone;
      }),
    );
  };
  const beginWithin = async (port: number, pid: number): Promise<boolean> => {
    const config = join(folder, 'sshd_config-0');
    writeFileSync(config, configOf(port, []));
    const onSession = (session: ChildProcess): void => {
      servers.push(session);
      session.on('exit', () => (servers = servers.filter((each) => each !== session)));
    };
    const sshd = [findProgram('sshd') ?? 'sshd', '-i', '-e', '-f', config];
    const opening = hosts.map((host) => openDoor({ host, port, pid, program: sshd, logFile, onSession }));
    const opened = (await Promise.all(opening)).filter((door) => door !== undefined);
    doors = opened;
    if (opened.length === hosts.length) return true;
    await end();
    return false;
  };
  const begin = async (port: number): Promise<boolean> => {
    if (options.within !== undefined) return beginWithin(port, options.within);
    for (let first = 0; first < hosts.length; first += hostsPerProcess) {
      const addresses = hosts.slice(first, first + hostsPerProcess);
      const config = join(folder, `sshd_config-${String(first)}`);
      writeFileSync(config, configOf(port, addresses));
      const before = log().length;
      const output = openSync(logFile, 'a');
      // The death signal ends the server with the test process, even one that was killed.
      const args = ['--pdeathsig', 'KILL', '--', findProgram('sshd') ?? 'sshd', '-D', '-e', '-f', config];
      const server = spawn('setpriv', args, { stdio: ['ignore', 'ignore', output] });
      closeSync(output);
      // A server that a failed test forgot does not keep the test process alive.
      server.unref();
      servers.push(server);
      const listening = (): number => log().slice(before).split('Server listening on').length - 1;
      while (listening() < addresses.length) {
        if (server.exitCode !== null || /Bind to port .* failed/.test(log().slice(before))) {
          await end();
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    return true;
  };

  let port = 0;
  for (let attempt = 0; port === 0; attempt += 1) {
    const candidate = await freePort();
    if (await begin(candidate)) port = candidate;
    else if (attempt === 9) throw new Error(`sshd does not start:\n${log()}`);
  }
  const knownHostsFile = join(folder, 'known_hosts');
  const lines = hosts.flatMap((host) => hostKeys.map((key) => `[${host}]:${String(port)} ${key}\n`));
  writeFileSync(knownHostsFile, lines.join(''));

  return {
    port,
    hosts,
    user: account.user,
    password: account.password,
    identityFile,
    knownHostsFile,
    hostKeys,
    folder,
    standIn: (name, script) => {
      writeFileSync(join(bin, name), script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    log,
    logins: () => [...log().matchAll(/^Accepted \S+ for /gm)].length,
    running: () => servers.flatMap((server) => descendantsOf(server.pid ?? -1)),
    cut: () => {
      for (const server of servers) for (const { pid } of sessionsOf(server)) kill(pid);
    },
    halt: end,
    restart: async () => {
      await end();
      if (!(await begin(port))) throw new Error(`sshd does not start again:\n${log()}`);
    },
    stop: async () => {
      await end();
      revokeSudo();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The sshd processes below a server: monitors and their unprivileged halves, not what users run. */
function sessionsOf(server: ChildProcess): readonly { readonly pid: number }[] {
  return descendantsOf(server.pid ?? -1).filter((each) => each.argv[0]?.startsWith('sshd:') === true);
}

function kill(pid: number): void {
  if (existsSync(`/proc/${String(pid)}`)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
