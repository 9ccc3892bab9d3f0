import { loadavg } from 'node:os';
import { comparedUnavailable } from './compared.js';
import { docker } from './docker.js';
import { exchanges } from './exchanges.js';
import { fanOut } from './fan-out.js';
import { startRealHosts, type RealHosts } from './real-hosts.js';
import { judge, tableOf, type Judged, type Row } from './row.js';
import { scale } from './scale.js';
import { replySizes } from './sizes.js';
import { sshFacts } from './ssh-facts.js';
import { startUp } from './start-up.js';

const hostCount = 100;

/** Runs what needs the real server, or answers why it cannot. */
async function onRealHosts(measure: (hosts: RealHosts) => Promise<Row[]>): Promise<Row[] | string> {
  const missing = comparedUnavailable();
  if (missing !== undefined) return missing;
  const hosts = await startRealHosts(hostCount);
  if (typeof hosts === 'string') return hosts;
  try {
    return await measure(hosts);
  } finally {
    await hosts.stop();
  }
}

const groups: Readonly<Record<string, { readonly title: string; readonly measure: () => Promise<Row[] | string> }>> = {
  start: { title: 'Start-up', measure: startUp },
  'fan-out': { title: `Real OpenSSH server, ${hostCount} hosts on loopback`, measure: () => onRealHosts(fanOut) },
  ssh: { title: 'What shapes the SSH link', measure: () => onRealHosts(sshFacts) },
  exchanges: {
    title:
      'Exchanges per read, the most of any device (1, or 2 where sudo is needed; sampling tools one stream and two looks)',
    measure: exchanges,
  },
  docker: {
    title: `A real Docker engine behind a real OpenSSH server, ${hostCount} hosts on loopback`,
    measure: docker,
  },
  scale: { title: 'Simulated devices in another process', measure: scale },
  sizes: { title: 'What a model reads (tokens estimated as characters / 4)', measure: replySizes },
};

const words = process.argv.slice(2);
const after = (option: string): string | undefined => words[words.indexOf(option) + 1];
const only = words.includes('--only') ? (after('--only') ?? '').split(',') : Object.keys(groups);
const json = words.includes('--json');
const stray = only.find((name) => !(name in groups));
if (stray !== undefined) {
  process.stderr.write(`There is no group ${JSON.stringify(stray)}: ${Object.keys(groups).join(', ')}.\n`);
  process.exit(2);
}

const loads = (): string =>
  loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
const report: Record<string, readonly Judged[] | { readonly skipped: string }> = {};
const loadBefore = loads();
if (!json) process.stdout.write(`Node ${process.version}, load ${loadBefore}\n\n`);
for (const name of only) {
  const group = groups[name];
  if (group === undefined) continue;
  const found = await group.measure();
  const judged = typeof found === 'string' ? { skipped: found } : found.map(judge);
  report[name] = judged;
  if (json) continue;
  const table = 'skipped' in judged ? `${group.title}\n  skipped: ${judged.skipped}\n` : tableOf(group.title, judged);
  process.stdout.write(`${table}\n`);
}
const rows = Object.values(report).flatMap((group) => ('skipped' in group ? [] : group));
const over = rows.filter(({ ok }) => ok === false);
if (json)
  process.stdout.write(
    `${JSON.stringify({ node: process.version, loadBefore, loadAfter: loads(), groups: report }, undefined, 2)}\n`,
  );
else
  process.stdout.write(
    `${rows.filter(({ ok }) => ok === true).length} within budget, ${over.length} over; load now ${loads()}\n`,
  );
// What was measured is the result; whether it fails somebody's build is theirs to say.
process.exitCode = words.includes('--strict') && over.length > 0 ? 1 : 0;
