import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensurePrograms } from '../setup/packages.js';
import type { RealHosts } from './real-hosts.js';

const run = promisify(execFile);

/** About what `system_info` reads, for those who read by a command. */
export const command =
  'cat /etc/os-release /proc/sys/kernel/osrelease /proc/cpuinfo /proc/uptime /proc/stat /proc/loadavg /proc/meminfo';

/** Why the programs for comparison are not here, or undefined. Installs them where it may. */
export function comparedUnavailable(): string | undefined {
  return ensurePrograms({ pdsh: 'pdsh', clush: 'clustershell', ssh: 'openssh-client' });
}

/** Rejects where any of the hosts did not answer: a failed run is no measurement. */
function checkAnswers(stdout: string, hosts: RealHosts): void {
  for (const host of hosts.addresses) if (!stdout.includes(`${host}: `)) throw new Error(`no answer from ${host}`);
}

const plain = { maxBuffer: 64 * 1024 * 1024 };

/** pdsh over OpenSSH, `width` hosts at once. */
export async function pdsh(hosts: RealHosts, width: number, config: string): Promise<void> {
  const env = { ...process.env, PDSH_SSH_ARGS: `-F ${config} -l%u %h`, PDSH_SSH_ARGS_APPEND: '' };
  const args = ['-R', 'ssh', '-f', String(width), '-l', hosts.sshd.user, '-w', hosts.addresses.join(','), command];
  checkAnswers((await run('pdsh', args, { ...plain, env })).stdout, hosts);
}

/** ClusterShell over OpenSSH, `width` hosts at once. */
export async function clush(hosts: RealHosts, width: number, config: string): Promise<void> {
  const args = ['-q', '-f', String(width), '-o', `-F ${config}`, '-w', hosts.addresses.join(','), command];
  checkAnswers((await run('clush', args, plain)).stdout, hosts);
}

export async function openMasters(hosts: RealHosts): Promise<void> {
  for (let first = 0; first < hosts.addresses.length; first += 20) {
    const some = hosts.addresses.slice(first, first + 20);
    await Promise.all(some.map((host) => run('ssh', ['-F', hosts.masterConfig, '-M', '-N', '-f', host])));
  }
}

export async function closeMasters(hosts: RealHosts): Promise<void> {
  await Promise.all(hosts.addresses.map((host) => run('ssh', ['-F', hosts.masterConfig, '-O', 'exit', host])));
}

/** One command on one host over OpenSSH's kept connection. */
export async function overMaster(hosts: RealHosts, host: string): Promise<void> {
  await run('ssh', ['-F', hosts.masterConfig, host, command], plain);
}
