import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import { loadOptions } from '../../config/options.js';
import { Channels } from '../../src/adapters/ssh/link/channels.js';
import { Session } from '../../src/adapters/ssh/link/session.js';
import { Redactor } from '../../src/core/redact.js';
import { openEngine } from '../../src/engine.js';
import type { Tool } from '../../src/ports/tool.js';
import type { Row } from './row.js';
import { startSimulatedHosts } from './simulated-hosts.js';

/** Arguments that keep a tool to what it does once. */
const needed: Readonly<Record<string, Record<string, unknown>>> = {
  service_status: { unit: 'ssh.service' },
  hardware_watch: { seconds: 2 },
  file_read: { path: '/etc/hostname' },
  file_list: { path: '/etc' },
};
/**
 * These open a link of their own, go over SFTP, ask nobody at all, answer for all devices at once (what goes to each is not told apart), or
 * want a container that the boards here do not run.
 */
const without = new Set([
  ...['device_doctor', 'device_list', 'file_list', 'file_read'],
  ...['ai_benchmark_compare', 'ai_catalog', 'ai_match'],
  ...['ai_logs', 'container_inspect', 'container_logs'],
]);
/** What takes more by nature (ARCHITECTURE.md, decisions): a sampling tool one stream and two looks. */
const byNature: Readonly<Record<string, { readonly most: number; readonly why: string }>> = {
  hardware_stats: { most: 3, why: 'samples: one stream, two looks' },
  hardware_watch: { most: 3, why: 'samples: one stream, two looks' },
  hardware_throttle: { most: 3, why: 'samples: one stream, two looks' },
  system_storage: { most: 2, why: 'a second look where a file system fills up' },
};
const settle = 50;

/** Counts what goes to each device: questions to its session shell, and channels with a command of their own. */
class ExchangeCounter {
  readonly #reading = new AsyncLocalStorage<string>();
  readonly #counts = new Map<string, number>();

  constructor() {
    counted(Session.prototype, 'exchange', () => this.#count());
    counted(Channels.prototype, 'exec', (line) => {
      if (line !== 'exec /bin/sh') this.#count();
    });
  }

  /** Lets a tool's reads tell which device they are of. */
  watch(tool: Tool): void {
    if (tool.kind !== 'read') return;
    const read = tool.read.bind(tool);
    tool.read = (args, device, call) => this.#reading.run(device.name, () => read(args, device, call));
  }

  reset(): void {
    this.#counts.clear();
  }

  /** The most that one device was asked since `reset`. */
  most(): number {
    return Math.max(0, ...this.#counts.values());
  }

  #count(): void {
    const device = this.#reading.getStore() ?? 'no device in particular';
    this.#counts.set(device, (this.#counts.get(device) ?? 0) + 1);
  }
}

/** Lets a method tell its first argument before it does its work. */
function counted<K extends string, F extends (...args: never[]) => unknown>(
  prototype: Record<K, F>,
  method: K,
  tell: (first: unknown) => void,
): void {
  const original = prototype[method];
  prototype[method] = function (this: unknown, ...args: Parameters<F>) {
    tell(args[0]);
    return original.apply(this, args);
  } as F;
}

/** Bytes that went over this process's connections to devices, both ways, as they were on the wire. */
function wireBytes(): number {
  return (process as unknown as { _getActiveHandles: () => unknown[] })
    ._getActiveHandles()
    .filter((handle) => handle instanceof Socket && handle.remoteAddress?.startsWith('127.77.') === true)
    .reduce<number>((sum, socket) => sum + (socket as Socket).bytesRead + (socket as Socket).bytesWritten, 0);
}

/** One tool's exchanges with the device that took most, and its bytes per device, for logins that need a password for sudo, or none. */
interface Cost {
  readonly tool: string;
  readonly exchanges: number;
  readonly bytes: number;
  readonly answered: number;
}

const devices = 8;

async function costs(login: 'nvidia' | 'ops', counter: ExchangeCounter): Promise<Cost[]> {
  const hosts = await startSimulatedHosts(devices, login);
  const { args, env } = hosts.server;
  const loaded = loadOptions(args, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const engine = await openEngine({
    options: loaded.options,
    machine: { platform: process.platform, env, home: hosts.folder, cwd: hosts.folder },
    redactor: new Redactor(),
    logger: { log: () => undefined },
  });
  const found: Cost[] = [];
  for (const { tool } of engine.catalog.list()) {
    const { name, effect } = tool.spec;
    // What changes a board is planned first, and job_output needs a job: neither is a reading that can be repeated.
    if (effect !== 'read' || name === 'job_output') continue;
    counter.watch(tool);
    const call = { ...needed[name], selector: 'all' };
    const run = () => engine.runner.run(name, call, { signal: new AbortController().signal });
    // The first call opens links and finds out about sudo; the second is what every later one is like.
    await run();
    counter.reset();
    const bytesBefore = wireBytes();
    const { reply } = await run();
    // What closes a channel is still on its way.
    await new Promise((resolve) => setTimeout(resolve, settle));
    found.push({
      tool: name,
      exchanges: counter.most(),
      bytes: (wireBytes() - bytesBefore) / devices,
      answered: reply.summary.ok,
    });
  }
  await engine.close();
  await hosts.stop();
  return found;
}

/** How often each tool asks a device at most, and how much that is, over links that are open. */
export async function exchanges(): Promise<Row[]> {
  const counter = new ExchangeCounter();
  const logins = [
    { login: 'ops', what: 'sudo needs no password', most: 1 },
    { login: 'nvidia', what: 'sudo needs a password', most: 2 },
  ] as const;
  const rows: Row[] = [];
  for (const { login, what, most } of logins) {
    for (const { tool, exchanges: measured, bytes, answered } of await costs(login, counter)) {
      rows.push({
        what: `${tool}, ${what}`,
        measured,
        unit: '',
        budget: without.has(tool) ? undefined : { most: Math.max(most, byNature[tool]?.most ?? 0), of: 'value' },
        note: [
          `${(bytes / 1000).toFixed(1)} kB a device`,
          ...(byNature[tool] ? [byNature[tool].why] : []),
          ...(answered === devices ? [] : [`NOT ALL ANSWERED: ${answered} of ${devices}`]),
        ].join('; '),
      });
    }
  }
  return rows;
}
