import pLimit, { type LimitFunction } from 'p-limit';
import pRetry from 'p-retry';
import { Failure } from '../../../core/errors.js';
import type { DeviceEntry } from '../../../core/device.js';
import type { Inventory } from '../../../ports/inventory.js';
import type { Connection, Connector } from '../connection.js';
import { Link, type LinkPorts } from './link.js';
import { fleetClosed, neverConnected, unknownDevice } from './link-failures.js';
import type { SudoMemory } from './sudo.js';
import { settledWithin, untilAborted } from './until-aborted.js';

/** A connection on its way, and how many calls wait for it. */
interface Connecting {
  readonly link: Promise<Link>;
  readonly stop: AbortController;
  waiting: number;
}

/** One device's place in the pool. */
interface Slot {
  readonly entry: DeviceEntry;
  readonly memory: SudoMemory;
  link: Link | undefined;
  connecting: Connecting | undefined;
  /** Its last link worked until it broke: a device that restarts is worth some patience. */
  worked: boolean;
}

/** A handshake that takes longer waits for the network, not for this machine, so it gives its place to another. */
const placeMs = 250;
/** The connector has limits of its own for each step; this one only keeps a hung one from staying for ever. */
const connectMs = 120_000;
const patience = {
  broken: { retries: 4, minTimeout: 200, maxRetryTime: 6_000 },
  cold: { retries: 1, minTimeout: 100, maxRetryTime: 1_000 },
};

function sameTarget(a: DeviceEntry, b: DeviceEntry): boolean {
  if (a === b) return true;
  const target = ({ host, settings, defaults, origin }: DeviceEntry): string =>
    JSON.stringify([host, settings, defaults, origin]);
  return target(a) === target(b);
}

/** One link per device, opened at first use, shared by all calls, opened again when it broke. */
export class LinkPool {
  readonly #inventory: Inventory;
  readonly #connector: Connector;
  readonly #ports: LinkPorts;
  readonly #handshakes: LimitFunction;
  readonly #slots = new Map<string, Slot>();
  readonly #unsubscribe: () => void;
  #listed: { readonly devices: readonly DeviceEntry[]; readonly byName: ReadonlyMap<string, DeviceEntry> } | undefined;
  #closed = false;

  constructor(inventory: Inventory, connector: Connector, ports: LinkPorts, parallelHandshakes: number) {
    this.#inventory = inventory;
    this.#connector = connector;
    this.#ports = ports;
    this.#handshakes = pLimit(parallelHandshakes);
    this.#unsubscribe = inventory.onChange(() => this.#reconcile());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The entry of that name as the inventory has it now; throws `unknown_device`. */
  entry(name: string): DeviceEntry {
    if (this.#closed) throw fleetClosed();
    const devices = this.#inventory.devices();
    if (this.#listed?.devices !== devices) {
      this.#listed = { devices, byName: new Map(devices.map((entry) => [entry.name, entry])) };
    }
    const entry = this.#listed.byName.get(name);
    if (entry === undefined) throw unknownDevice();
    return entry;
  }

  /** The live link of a device. All callers that find none wait for the same connection. */
  async link(name: string, signal: AbortSignal): Promise<Link> {
    const slot = this.#slot(this.entry(name));
    if (slot.link?.alive === true) return slot.link;
    const connecting = slot.connecting?.stop.signal.aborted === false ? slot.connecting : this.#connect(slot);
    slot.connecting = connecting;
    connecting.waiting += 1;
    try {
      return await untilAborted(connecting.link, signal);
    } catch (error) {
      // Its entry changed while it connected: the new one has a place of its own.
      const replaced = !this.#closed && !signal.aborted && this.#slots.get(name) !== slot;
      if (!replaced) throw error;
    } finally {
      connecting.waiting -= 1;
      if (connecting.waiting === 0 && slot.connecting === connecting) connecting.stop.abort();
    }
    return this.link(name, signal);
  }

  /** Closes every link. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    for (const slot of this.#slots.values()) {
      slot.connecting?.stop.abort(fleetClosed());
      slot.link?.close();
    }
    this.#slots.clear();
  }

  #slot(entry: DeviceEntry): Slot {
    const slot = this.#slots.get(entry.name);
    if (slot !== undefined && sameTarget(slot.entry, entry)) return slot;
    if (slot !== undefined) this.#drop(slot);
    const fresh: Slot = { entry, memory: {}, link: undefined, connecting: undefined, worked: false };
    this.#slots.set(entry.name, fresh);
    return fresh;
  }

  /** The inventory has changed: links of devices that are gone or elsewhere now are closed once nothing uses them. */
  #reconcile(): void {
    const now = new Map(this.#inventory.devices().map((entry) => [entry.name, entry]));
    for (const slot of [...this.#slots.values()]) {
      const entry = now.get(slot.entry.name);
      if (entry === undefined || !sameTarget(slot.entry, entry)) this.#drop(slot);
    }
  }

  #drop(slot: Slot): void {
    this.#slots.delete(slot.entry.name);
    slot.connecting?.stop.abort(unknownDevice());
    slot.link?.retire();
  }

  #connect(slot: Slot): Connecting {
    const stop = new AbortController();
    const link = this.#open(slot, stop.signal).finally(() => {
      if (slot.connecting?.stop === stop) slot.connecting = undefined;
    });
    // Where every caller has gone away nobody listens.
    link.catch(() => undefined);
    return { link, stop, waiting: 0 };
  }

  async #open(slot: Slot, signal: AbortSignal): Promise<Link> {
    const attempt = (): Promise<Connection> => this.#handshake(slot.entry, signal);
    let connection: Connection;
    try {
      connection = await pRetry(attempt, {
        ...(slot.worked ? patience.broken : patience.cold),
        factor: 2,
        randomize: true,
        shouldRetry: ({ error }) => !signal.aborted && error instanceof Failure && error.kind === 'unreachable',
      });
    } finally {
      slot.worked = false;
    }
    const link = new Link(slot.entry, connection, slot.memory, this.#ports, () => {
      if (slot.link === link) slot.link = undefined;
    });
    if (signal.aborted) {
      link.close();
      signal.throwIfAborted();
    }
    slot.link = link;
    slot.worked = true;
    return link;
  }

  /** One attempt, in its turn: its time limits begin when it does. */
  #handshake(entry: DeviceEntry, signal: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      void this.#handshakes(async () => {
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const limit = new AbortController();
        const timer = setTimeout(() => limit.abort(neverConnected()), connectMs);
        const connection = this.#connector.connect(entry, AbortSignal.any([signal, limit.signal])).finally(() => {
          clearTimeout(timer);
        });
        connection.then(resolve, reject);
        await settledWithin(connection, placeMs);
      });
    });
  }
}
