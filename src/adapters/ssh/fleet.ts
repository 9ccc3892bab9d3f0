import type { Clock } from '../../ports/clock.js';
import type { Device, Fleet } from '../../ports/fleet.js';
import type { Inventory } from '../../ports/inventory.js';
import type { Logger } from '../../ports/logger.js';
import type { Secrets } from '../../ports/secrets.js';
import type { Connector } from './connection.js';
import { SshDevice } from './device.js';
import { LinkPool } from './link/link-pool.js';

export interface SshFleetLimits {
  /** Handshakes that this machine works on at once. */
  readonly parallelHandshakes?: number;
  /** For the device to answer one probe, from the probe's turn on. */
  readonly readTimeoutMs?: number;
  /** Most bytes of one probe's answer. */
  readonly maxReadBytes?: number;
}

export interface SshFleetOptions {
  readonly inventory: Inventory;
  readonly connector: Connector;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly limits?: SshFleetLimits;
}

/** The devices of the inventory, over SSH. */
export class SshFleet implements Fleet {
  readonly #pool: LinkPool;
  readonly #device: (name: string) => Device;

  constructor({ inventory, connector, secrets, logger, clock, limits = {} }: SshFleetOptions) {
    const { parallelHandshakes = 32, readTimeoutMs = 30_000, maxReadBytes = 16 * 1024 * 1024 } = limits;
    const pool = new LinkPool(inventory, connector, { secrets, logger, clock }, parallelHandshakes);
    const readLimits = { timeoutMs: readTimeoutMs, maxBytes: maxReadBytes };
    this.#pool = pool;
    this.#device = (name) => new SshDevice(name, pool, connector, readLimits);
  }

  device(name: string): Device {
    return this.#device(name);
  }

  close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }
}
