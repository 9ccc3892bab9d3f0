import type { Row } from './row.js';
import { startSimulatedHosts } from './simulated-hosts.js';
import { median, timed } from './statistics.js';
import { StdioClient, type Usage } from './stdio-client.js';

interface Size {
  readonly devices: number;
  readonly coldMs: number;
  readonly warmMs: number;
  readonly cpuMsPerDevice: number;
  readonly before: Usage;
  readonly after: Usage;
}

const sizes = [10, 100, 500, 1000];
/** Enough calls at each size for the same number of probes. */
const probes = 6000;
const kB = 1000;
const mebibyte = 1024 * 1024;

/** What a fleet of one size costs a server of its own. */
async function sizeOf(devices: number): Promise<Size> {
  const hosts = await startSimulatedHosts(devices);
  const client = await StdioClient.open(hosts.server);
  await client.request('tools/list');
  // A call that loads what calls need, and opens one link only.
  await client.mustCall('system_info', { selector: hosts.names[0] }, 1);
  const before = await client.usage();
  const all = (): Promise<unknown> => client.mustCall('system_info', { selector: 'all' }, devices);
  const coldMs = await timed(all);
  for (let i = 0; i < 3; i += 1) await all();
  const warm: number[] = [];
  const begun = await client.usage();
  while (warm.length * devices < probes) warm.push(await timed(all));
  const after = await client.usage();
  await client.close();
  await hosts.stop();
  const cpuMsPerDevice = (after.cpuMs - begun.cpuMs) / warm.length / devices;
  return { devices, coldMs, warmMs: median(warm), cpuMsPerDevice, before, after };
}

/** 10 to 1,000 simulated devices: all answer, and each costs what it costs among few. */
export async function scale(): Promise<Row[]> {
  const found: Size[] = [];
  for (const devices of sizes) found.push(await sizeOf(devices));
  const [ten, hundred, fiveHundred, thousand] = found as [Size, Size, Size, Size];
  const perLink = (bytes: (size: Size) => number): number =>
    (bytes(thousand) - bytes(hundred)) / (thousand.devices - hundred.devices) / kB;
  return [
    ...found.map(({ devices, warmMs, coldMs, cpuMsPerDevice }): Row => ({
      what: `${devices} simulated devices: all answer, warm`,
      measured: warmMs,
      unit: 'ms',
      note: `cold ${coldMs.toFixed(0)} ms, ${cpuMsPerDevice.toFixed(3)} ms of CPU a device`,
    })),
    {
      what: 'CPU per device among 1,000',
      measured: thousand.cpuMsPerDevice,
      unit: 'ms',
      reference: { what: 'among 10', value: ten.cpuMsPerDevice },
      budget: { most: 1.2, of: 'ratio' },
    },
    {
      what: 'server RSS with 1,000 devices',
      measured: thousand.after.rssBytes / mebibyte,
      unit: 'MiB',
      budget: { most: 1024, of: 'value' },
    },
    {
      what: 'memory per connected device, alive (100 to 1,000 links)',
      measured: perLink(({ after }) => after.liveBytes),
      unit: 'kB',
      budget: { most: 100, of: 'value' },
    },
    {
      what: 'memory per connected device, RSS (100 to 1,000 links)',
      measured: perLink(({ after }) => after.rssBytes),
      unit: 'kB',
      budget: { most: 100, of: 'value' },
    },
    ...[hundred, fiveHundred].map(({ devices, after, before }): Row => ({
      what: `server RSS with ${devices} links`,
      measured: after.rssBytes / mebibyte,
      unit: 'MiB',
      note: `${(before.rssBytes / mebibyte).toFixed(0)} MiB with one`,
    })),
  ];
}
