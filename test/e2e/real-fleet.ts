import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSshd, sshdUnavailable, type SshdOptions, type TestSshd } from '../setup/sshd.js';
import { bareEnvironment } from './program.js';

const standIns = join(import.meta.dirname, '../fixtures/stand-ins');

/** A fleet on a real OpenSSH server with stand-ins of the Jetson commands, and a home folder that knows it. */
export interface RealFleet {
  readonly sshd: TestSshd;
  readonly names: readonly string[];
  readonly home: string;
  /** The fleet file. */
  readonly config: string;
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Why there can be no real fleet here, or undefined. */
export const fleetUnavailable = sshdUnavailable;

/** Further lines of the fleet file. */
export interface FleetLines {
  /** How to log in, as keys of a flow mapping; the key of the server's user where absent. */
  readonly defaults?: string;
  readonly devices?: readonly string[];
}

/** `count` hosts, each at an address of its own, named nano-01 and so on. */
export async function startFleet(count: number, options: SshdOptions = {}, more: FleetLines = {}): Promise<RealFleet> {
  const hosts = Array.from({ length: count }, (_, index) => `127.0.9.${String(index + 1)}`);
  const sshd = await startSshd({ hosts, ...options });
  if (typeof sshd === 'string') throw new Error(sshd);
  for (const name of readdirSync(standIns)) sshd.standIn(name, readFileSync(join(standIns, name), 'utf8'));
  const home = mkdtempSync(join(tmpdir(), 'jetfleet-home-'));
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  copyFileSync(sshd.knownHostsFile, join(home, '.ssh/known_hosts'));
  const config = join(home, 'fleet.yaml');
  const names = hosts.map((_, index) => `nano-${String(index + 1).padStart(2, '0')}`);
  const devices = hosts.map(
    (host, index) => `  - { name: ${names[index] ?? ''}, host: ${host}, labels: { site: lab } }\n`,
  );
  const login = more.defaults ?? `identityFile: ${sshd.identityFile}`;
  const defaults = `defaults: { user: ${sshd.user}, port: ${String(sshd.port)}, ${login} }\n`;
  const others = (more.devices ?? []).map((line) => `  - ${line}\n`);
  writeFileSync(config, `${defaults}devices:\n${devices.join('')}${others.join('')}`);
  const stop = async (): Promise<void> => {
    await sshd.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { sshd, names, home, config, env: bareEnvironment(home), stop };
}
