import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { file, defineProbe } from '../../src/core/probe/probe.js';
import { openLinks } from './links.js';
import type { RealHosts } from './real-hosts.js';
import type { Row } from './row.js';
import { median, sample, timed } from './statistics.js';

const uptime = defineProbe({
  name: 'uptime',
  reads: { uptime: file('/proc/uptime') },
  parse: ({ uptime: { text } }) => text,
});
const runs = 100;
const fanOutRuns = 15;

function connect({ sshd }: RealHosts, host: string): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client)).once('error', reject);
    // The bench's own server on loopback: there is nothing to verify.
    const privateKey = readFileSync(sshd.identityFile);
    client.connect({ host, port: sshd.port, username: sshd.user, privateKey, hostVerifier: () => true });
  });
}

function exec(client: ssh2.Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.exec('cat /proc/uptime', (error, channel) => {
      if (error) reject(error);
      else channel.resume().on('close', () => resolve());
    });
  });
}

/** The figures that shape the SSH link: DESIGN, section 4. */
export async function sshFacts(hosts: RealHosts): Promise<Row[]> {
  const [address = ''] = hosts.addresses;
  const client = await connect(hosts, address);
  client.setNoDelay(false);
  const delayed = median(await sample(20, () => exec(client)));
  client.setNoDelay(true);
  await sample(10, () => exec(client));
  const prompt = median(await sample(runs, () => exec(client)));
  client.end();

  const links = await openLinks({ config: hosts.config, home: hosts.folder });
  const { signal } = new AbortController();
  const devices = hosts.addresses.map((_, index) => links.device(`nano-${String(index + 1).padStart(3, '0')}`));
  const cpuBefore = process.cpuUsage();
  const connectMs = await timed(() => Promise.all(devices.map((device) => device.ask(uptime, signal))));
  const cpu = process.cpuUsage(cpuBefore);
  const [device] = devices;
  const ask = (): Promise<unknown> => device?.ask(uptime, signal) ?? Promise.resolve();
  await sample(20, ask);
  const asked = median(await sample(runs, ask));
  const askAll = (): Promise<unknown> => Promise.all(devices.map((each) => each.ask(uptime, signal)));
  const argv = ['cat', '/proc/uptime'] as const;
  const runAll = (): Promise<unknown> => Promise.all(devices.map((each) => each.run({ argv }, signal)));
  await sample(3, askAll);
  const askedAll = median(await sample(fanOutRuns, askAll));
  await sample(2, runAll);
  const ranAll = median(await sample(fanOutRuns, runAll));
  await links.close();
  const count = devices.length;
  return [
    { what: 'exec, with noDelay', measured: prompt, unit: 'ms', reference: { what: 'without', value: delayed } },
    { what: 'a probe over the session shell', measured: asked, unit: 'ms', reference: { what: 'exec', value: prompt } },
    {
      what: `${count} hosts, a probe over session shells`,
      measured: askedAll,
      unit: 'ms',
      reference: { what: 'supervised commands', value: ranAll },
    },
    { what: `${count} hosts, connect and first probe`, measured: connectMs, unit: 'ms' },
    { what: 'client CPU per connect and first probe', measured: (cpu.user + cpu.system) / 1000 / count, unit: 'ms' },
  ];
}
