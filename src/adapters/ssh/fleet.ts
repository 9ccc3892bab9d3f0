import { Failure } from '../../core/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { DockerOf } from '../../ports/docker-host.js';
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
  /** Makes the engines of devices; without it they have none. */
  readonly dockerOf?: DockerOf;
  readonly limits?: SshFleetLimits;
}

const noEngines: DockerOf = () => {
  throw new Failure('unsupported', 'This program was put together without container engines.', { retry: 'no' });
};

/** The devices of the inventory, over SSH. */
export class SshFleet implements Fleet {
  readonly #pool: LinkPool;
  readonly #device: (name: string) => Device;

  constructor(options: SshFleetOptions) {
    const { inventory, connector, secrets, logger, clock, dockerOf = noEngines, limits = {} } = options;
    const { parallelHandshakes = 32, readTimeoutMs = 30_000, maxReadBytes = 16 * 1024 * 1024 } = limits;
    const readLimits = { timeoutMs: readTimeoutMs, maxBytes: maxReadBytes };
    const ports = { secrets, logger, clock, dockerOf, readLimits };
    const pool = new LinkPool(inventory, connector, ports, parallelHandshakes);
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
