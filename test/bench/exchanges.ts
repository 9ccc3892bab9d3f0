import { Socket } from 'node:net';
import { loadOptions } from '../../config/options.js';
import { Channels } from '../../src/adapters/ssh/channels.js';
import { Session } from '../../src/adapters/ssh/session.js';
import { Redactor } from '../../src/core/redact.js';
import { openEngine } from '../../src/engine.js';
import type { Row } from './row.js';
import { startSimulatedHosts } from './simulated-hosts.js';

/** Arguments that keep a tool to what it does once. */
const needed: Readonly<Record<string, Record<string, unknown>>> = {
  service_status: { unit: 'ssh.service' },
  hardware_watch: { seconds: 2 },
};
/** These open a link of their own, or ask nobody at all. */
const without = new Set(['device_doctor', 'device_list']);
const settle = 50;

/** Counts what goes to devices: questions to session shells, and channels with a command of their own. */
function countExchanges(): { count: number } {
  const counter = { count: 0 };
  const [exchange, exec] = [Session.prototype.exchange, Channels.prototype.exec];
  Session.prototype.exchange = function (this: Session, ...args) {
    counter.count += 1;
    return exchange.apply(this, args);
  };
  Channels.prototype.exec = function (this: Channels, ...args) {
    if (args[0] !== 'exec /bin/sh') counter.count += 1;
    return exec.apply(this, args);
  };
  return counter;
}

/** Bytes that went over this process's connections to devices, both ways, as they were on the wire. */
function wireBytes(): number {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => unknown[] };
  return handles
    .call(process)
    .filter((handle) => handle instanceof Socket && handle.remoteAddress?.startsWith('127.77.') === true)
    .reduce<number>((sum, socket) => sum + (socket as Socket).bytesRead + (socket as Socket).bytesWritten, 0);
}

/** How often each tool asks a device, and how much that is, on links that are open, for a login with sudo by password. */
export async function exchanges(): Promise<Row[]> {
  const count = 8;
  const hosts = await startSimulatedHosts(count);
  const counter = countExchanges();
  const { args, env } = hosts.server;
  const loaded = loadOptions(args, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const { runner, catalog, close } = await openEngine({
    options: loaded.options,
    machine: { platform: process.platform, env, home: hosts.folder, cwd: hosts.folder },
    redactor: new Redactor(),
    logger: { log: () => undefined },
  });
  const rows: Row[] = [];
  for (const { tool } of catalog.list()) {
    const { name } = tool.spec;
    const call = { ...needed[name], selector: 'all' };
    const run = () => runner.run(name, call, { signal: new AbortController().signal });
    // The first call opens links and finds out about sudo; the second is what every later one is like.
    await run();
    const [exchangesBefore, bytesBefore] = [counter.count, wireBytes()];
    const { reply } = await run();
    // What closes a channel is still on its way.
    await new Promise((resolve) => setTimeout(resolve, settle));
    const { ok } = reply.summary;
    rows.push({
      what: `${name}: exchanges per device`,
      measured: (counter.count - exchangesBefore) / count,
      unit: '',
      budget: without.has(name) ? undefined : { most: tool.spec.effect === 'read' ? 2 : Infinity, of: 'value' },
      note: `${((wireBytes() - bytesBefore) / count / 1000).toFixed(1)} kB a device${ok === count ? '' : `; NOT ALL ANSWERED: ${ok} of ${count}`}`,
    });
  }
  await close();
  await hosts.stop();
  return rows;
}
