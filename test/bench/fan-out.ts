import { clush, closeMasters, openMasters, overMaster, pdsh } from './compared.js';
import type { RealHosts } from './real-hosts.js';
import type { Row } from './row.js';
import { median, quantile, sample, timed } from './statistics.js';
import { StdioClient } from './stdio-client.js';

const coldRuns = 5;
const warmRuns = 40;
const single = 400;
const widths = [32, 100];

/** What the other programs take with their better width. */
async function bestOf(run: (width: number) => Promise<void>, runs: number): Promise<{ width: number; tookMs: number }> {
  const found: { width: number; tookMs: number }[] = [];
  for (const width of widths) found.push({ width, tookMs: median(await sample(runs, () => run(width))) });
  return found.reduce((best, each) => (each.tookMs < best.tookMs ? each : best));
}

/** From a new server's first call on all devices to its answer; the server itself is already up. */
async function coldCall(hosts: RealHosts): Promise<number> {
  const client = await StdioClient.open(hosts.server);
  await client.request('tools/list');
  const took = await timed(() => client.mustCall('system_info', { selector: 'all' }, hosts.addresses.length));
  await client.close();
  return took;
}

/** system_info on one host and on all, warm and cold, beside pdsh, ClusterShell and OpenSSH over kept connections. */
export async function fanOut(hosts: RealHosts): Promise<Row[]> {
  const count = hosts.addresses.length;
  const [first = ''] = hosts.addresses;
  const client = await StdioClient.open(hosts.server);
  const one = (): Promise<unknown> => client.mustCall('system_info', { selector: 'nano-001' }, 1);
  const all = (): Promise<unknown> => client.mustCall('system_info', { selector: 'all' }, count);
  await sample(20, one);
  const ones = await sample(single, one);
  await sample(5, all);
  const warm = await sample(warmRuns, all);
  const idle = await client.usage();
  const busy = await sample(warmRuns, all);
  const cpuMs = ((await client.usage()).cpuMs - idle.cpuMs) / busy.length / count;
  await client.close();

  const cold: number[] = [];
  for (let run = 0; run < coldRuns; run += 1) cold.push(await coldCall(hosts));
  const pdshCold = await bestOf((width) => pdsh(hosts, width, hosts.sshConfig), coldRuns);
  const clushCold = await bestOf((width) => clush(hosts, width, hosts.sshConfig), coldRuns);
  await openMasters(hosts);
  const masterOne = median(await sample(30, () => overMaster(hosts, first)));
  const pdshMaster = await bestOf((width) => pdsh(hosts, width, hosts.masterConfig), coldRuns);
  const clushMaster = await bestOf((width) => clush(hosts, width, hosts.masterConfig), coldRuns);
  await closeMasters(hosts);

  const reference = (what: string, { width, tookMs }: { width: number; tookMs: number }) => ({
    what: `${what} -f ${width}`,
    value: tookMs,
  });
  const rows = (
    what: string,
    measured: number,
    most: number | undefined,
    others: readonly { what: string; value: number }[],
  ): Row[] =>
    others.map((other) => ({
      what,
      measured,
      unit: 'ms',
      reference: other,
      budget: most === undefined ? undefined : { most, of: 'ratio' },
    }));
  const warmWhat = `warm fan-out, ${count} hosts, one probe (median of ${warmRuns})`;
  const coldWhat = `cold fan-out, ${count} hosts, connect included (median of ${coldRuns})`;
  return [
    {
      what: `warm system_info, one host, p50 of ${single}`,
      measured: median(ones),
      unit: 'ms',
      reference: { what: 'ssh, ControlMaster', value: masterOne },
      budget: { most: 3, of: 'value' },
    },
    { what: `warm system_info, one host, p99 of ${single}`, measured: quantile(ones, 0.99), unit: 'ms' },
    ...rows(warmWhat, median(warm), 1 / 25, [reference('pdsh', pdshCold), reference('clush', clushCold)]),
    ...rows(warmWhat, median(warm), undefined, [
      reference('pdsh, ControlMaster', pdshMaster),
      reference('clush, ControlMaster', clushMaster),
    ]),
    ...rows(coldWhat, median(cold), 1 / 3, [reference('pdsh', pdshCold), reference('clush', clushCold)]),
    {
      what: 'client CPU per device and warm probe',
      measured: cpuMs,
      unit: 'ms',
      budget: { most: 0.3, of: 'value' },
      note: 'whole server process, answers to the client included',
    },
  ];
}
