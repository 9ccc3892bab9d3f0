import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceEntry, SecretRef } from '../../../src/core/device.js';
import { Failure } from '../../../src/core/errors.js';
import { argv, defineProbe, type Probe } from '../../../src/core/probe/probe.js';
import type { Device } from '../../../src/ports/fleet.js';
import type { Inventory } from '../../../src/ports/inventory.js';
import { dockerOf } from '../../../src/adapters/docker/docker-of.js';
import { SshFleet, type SshFleetLimits } from '../../../src/adapters/ssh/fleet.js';
import { startSshd, type SshdOptions, type TestSshd } from '../../setup/sshd.js';
import { TestConnector } from './test-connector.js';

export class TestInventory implements Inventory {
  entries: readonly DeviceEntry[];
  #listeners = new Set<() => void>();

  constructor(entries: readonly DeviceEntry[]) {
    this.entries = entries;
  }

  devices(): readonly DeviceEntry[] {
    return this.entries;
  }
  problems(): readonly [] {
    return [];
  }
  source(): string {
    return 'test';
  }
  expectedPath(): string {
    return 'test';
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  edit(): Promise<never> {
    return Promise.reject(new Failure('unsupported', 'A test edits by change().'));
  }
  change(entries: readonly DeviceEntry[]): void {
    this.entries = entries;
    for (const listener of this.#listeners) listener();
  }
}

/** A real server, and a fleet whose devices are its addresses: `board-1`, `board-2` ... */
export interface Rig {
  readonly server: TestSshd;
  readonly fleet: SshFleet;
  readonly inventory: TestInventory;
  readonly connector: TestConnector;
  readonly device: Device;
  readonly secrets: Map<SecretRef, string>;
  /** How often a secret was asked for. */
  readonly resolved: SecretRef[];
  stop(): Promise<void>;
}

export function entryOf(name: string, host: string, settings: DeviceEntry['settings'] = {}): DeviceEntry {
  return { name, host, settings, defaults: {}, labels: {}, groups: [], origin: 'file' };
}

export async function rig(
  options: SshdOptions = {},
  more: { readonly settings?: DeviceEntry['settings']; readonly limits?: SshFleetLimits } = {},
): Promise<Rig> {
  const server = await startSshd(options);
  if (typeof server === 'string') throw new Error(server);
  const entries = server.hosts.map((host, index) => entryOf(`board-${String(index + 1)}`, host, more.settings));
  const inventory = new TestInventory(entries);
  const connector = new TestConnector(server);
  const secrets = new Map<SecretRef, string>();
  const resolved: SecretRef[] = [];
  const fleet = new SshFleet({
    inventory,
    connector,
    secrets: {
      resolve: (ref) => {
        resolved.push(ref);
        const secret = secrets.get(ref);
        return secret === undefined
          ? Promise.reject(new Failure('auth_failed', `There is no ${ref}.`))
          : Promise.resolve(secret);
      },
    },
    logger: { log: () => undefined },
    clock: { now: () => Date.now() },
    dockerOf,
    ...(more.limits && { limits: more.limits }),
  });
  const stop = async (): Promise<void> => {
    await fleet.close();
    await server.stop();
  };
  return { server, fleet, inventory, connector, device: fleet.device('board-1'), secrets, resolved, stop };
}

/** The folder that the contract of fleets writes in. */
export function contractFolder(server: TestSshd): string {
  const folder = join(server.folder, 'contract');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'old'), 'old');
  symlinkSync('old', join(folder, 'link'));
  return folder;
}

/** A signal that never aborts. */
export const never = (): AbortSignal => new AbortController().signal;

/** A probe that runs one program and answers its output. */
export function output(...words: [string, ...string[]]): Probe<string> {
  return defineProbe({
    name: 'test.output',
    reads: { run: argv(words) },
    parse: ({ run }) => run.text,
  });
}

/** Bytes as text. */
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** The failure that a promise rejects with; fails where it does not. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome: unknown = await work.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}
