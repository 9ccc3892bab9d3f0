import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment } from '../e2e/program.js';
import { startSshd, type TestSshd } from '../setup/sshd.js';

/** A real OpenSSH server that stands for many hosts, and how each of the compared programs finds its way to it. */
export interface RealHosts {
  readonly sshd: TestSshd;
  readonly addresses: readonly string[];
  /** For jetfleet. */
  readonly server: { readonly args: readonly string[]; readonly env: Record<string, string> };
  /** The fleet file. */
  readonly config: string;
  /** A configuration for OpenSSH's client, and for what calls it. */
  readonly sshConfig: string;
  /** The same, over a connection that is kept: `ControlMaster` at `ControlPath`. */
  readonly masterConfig: string;
  readonly folder: string;
  stop(): Promise<void>;
}

/** Starts it at `count` addresses of 127.0.0.0/8, or answers why there is none. */
export async function startRealHosts(count: number): Promise<RealHosts | string> {
  const addresses = Array.from({ length: count }, (_, index) => `127.0.8.${String(index + 1)}`);
  const sshd = await startSshd({ hosts: addresses, maxStartups: '1000' });
  if (typeof sshd === 'string') return sshd;
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-bench-'));
  mkdirSync(join(folder, '.ssh'), { mode: 0o700 });
  copyFileSync(sshd.knownHostsFile, join(folder, '.ssh/known_hosts'));
  const config = join(folder, 'fleet.yaml');
  const devices = addresses.map(
    (host, index) => `  - { name: nano-${String(index + 1).padStart(3, '0')}, host: ${host} }\n`,
  );
  const { user, port, identityFile } = sshd;
  writeFileSync(
    config,
    `defaults: { user: ${user}, port: ${String(port)}, identityFile: ${identityFile} }\ndevices:\n${devices.join('')}`,
  );
  const sshConfig = join(folder, 'ssh_config');
  const common = [
    `User ${user}`,
    `Port ${String(port)}`,
    `IdentityFile ${identityFile}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${sshd.knownHostsFile}`,
    'GlobalKnownHostsFile /dev/null',
    'BatchMode yes',
    'StrictHostKeyChecking yes',
    // What jetfleet asks for: only the key that is known.
    'HostKeyAlgorithms ssh-ed25519',
    'LogLevel ERROR',
  ];
  writeFileSync(sshConfig, `${common.join('\n')}\n`);
  const masterConfig = join(folder, 'ssh_master_config');
  writeFileSync(masterConfig, `${[...common, `ControlPath ${folder}/cm-%h`].join('\n')}\n`);
  const stop = async (): Promise<void> => {
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const server = { args: ['--config', config, '--toolsets', 'all'], env: bareEnvironment(folder) };
  return { sshd, addresses, server, config, sshConfig, masterConfig, folder, stop };
}
