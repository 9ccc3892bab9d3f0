import type ssh2 from 'ssh2';
import type { DeviceEntry } from '../../core/device.js';
import type { LinkStep } from '../../ports/fleet.js';

/** An authenticated SSH connection to one device, through all of its jump hosts. */
export interface Connection {
  readonly client: ssh2.Client;
  /** Aborts nothing politely: ends this connection and every hop under it. Idempotent. */
  close(): void;
}

/** Opens connections: resolves the target, verifies the host key, authenticates. */
export interface Connector {
  /**
   * Rejects with `unreachable`, `auth_failed`, `not_allowed` (host key), `timeout`, `cancelled` or `invalid_input`.
   * `onStep` hears each step of the last hop as it ends, the failed one included.
   */
  connect(entry: DeviceEntry, signal: AbortSignal, onStep?: (step: LinkStep) => void): Promise<Connection>;
}
