import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { bareEnvironment } from '../e2e/program.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import type { Row } from './row.js';
import { median, sample } from './statistics.js';
import { StdioClient } from './stdio-client.js';

const run = promisify(execFile);
const count = 100;
const warmRuns = 20;
const coldRuns = 3;
/** As many at once as this machine has cores for; more only made them slower. */
const width = 16;
const containers = 10;

/** Does something for each host, `width` at once. */
async function forEach(hosts: readonly string[], work: (host: string) => Promise<unknown>): Promise<void> {
  const left = [...hosts];
  const worker = async (): Promise<void> => {
    for (let host = left.shift(); host !== undefined; host = left.shift()) await work(host);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** What `docker -H ssh://` needs to find its way: it calls OpenSSH's client, and says nothing of files. */
function sshFolder(folder: string, { sshd }: EngineHost): { readonly env: Record<string, string> } {
  const config = join(folder, 'ssh_config');
  const lines = [
    `User ${sshd.user}`,
    `Port ${String(sshd.port)}`,
    `IdentityFile ${sshd.identityFile}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${sshd.knownHostsFile}`,
    'BatchMode yes',
    'LogLevel ERROR',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`);
  chmodSync(join(bin, 'ssh'), 0o755);
  return { env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder } };
}

/** container_list over 100 hosts, warm, beside `docker -H ssh://` and dockerode's own SSH, which connect for every request. */
export async function docker(): Promise<Row[] | string> {
  const missing = engineHostUnavailable();
  if (missing !== undefined) return missing;
  const addresses = Array.from({ length: count }, (_, index) => `127.0.9.${String(index + 1)}`);
  const host = await startEngineHost({ hosts: addresses, maxStartups: '1000' });
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-bench-'));
  try {
    for (let index = 0; index < containers; index += 1)
      await host.engine.docker(['create', '--name', `web-${String(index)}`, busybox, '/bin/true']);
    return await measure(host, addresses, folder);
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(host: EngineHost, addresses: readonly string[], folder: string): Promise<Row[]> {
  const { user, port, identityFile, knownHostsFile } = host.sshd;
  mkdirSync(join(folder, '.ssh'), { mode: 0o700 });
  copyFileSync(knownHostsFile, join(folder, '.ssh/known_hosts'));
  const config = join(folder, 'fleet.yaml');
  const devices = addresses.map((address, index) => `  - { name: nano-${String(index + 1)}, host: ${address} }\n`);
  const defaults = `defaults: { user: ${user}, port: ${String(port)}, identityFile: ${identityFile} }`;
  writeFileSync(config, `${defaults}\ndevices:\n${devices.join('')}`);
  const args = ['--config', config, '--toolsets', 'all'];
  const client = await StdioClient.open({ args, env: bareEnvironment(folder) });
  const ours = (selector: string, many: number) => client.mustCall('container_list', { selector }, many);
  await sample(3, () => ours('all', count));
  const one = median(await sample(100, () => ours('nano-1', 1)));
  const warm = median(await sample(warmRuns, () => ours('all', count)));
  await client.close();

  const { env } = sshFolder(folder, host);
  const cli = (address: string): Promise<unknown> =>
    run('docker', ['-H', `ssh://${address}`, 'ps', '--all', '--format', '{{json .}}'], { env });
  const privateKey = readFileSync(identityFile);
  const dockerode = (address: string): Promise<unknown> => {
    // As its documentation has it; it looks at no known_hosts.
    const options = { protocol: 'ssh', host: address, port, username: user, sshOptions: { privateKey } } as const;
    return new Dockerode(options).listContainers({ all: true });
  };
  const [first = ''] = addresses;
  const cliOne = median(await sample(5, () => cli(first)));
  const dockerodeOne = median(await sample(5, () => dockerode(first)));
  const cliAll = median(await sample(coldRuns, () => forEach(addresses, cli)));
  const dockerodeAll = median(await sample(coldRuns, () => forEach(addresses, dockerode)));

  const row = (what: string, measured: number, other: string, value: number, most?: number): Row => ({
    what,
    measured,
    unit: 'ms',
    reference: { what: other, value },
    budget: most === undefined ? undefined : { most, of: 'ratio' },
  });
  const all = `warm container_list, ${String(count)} hosts with ${String(containers)} containers (median of ${String(warmRuns)})`;
  const single = 'warm container_list, one host (median of 100)';
  return [
    row(all, warm, `docker -H ssh://, ${String(width)} at once`, cliAll, 1 / 20),
    row(all, warm, `dockerode's own SSH, ${String(width)} at once`, dockerodeAll),
    row(single, one, 'docker -H ssh://', cliOne),
    row(single, one, "dockerode's own SSH", dockerodeOne),
  ];
}
