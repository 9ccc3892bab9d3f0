import type ssh2 from 'ssh2';
import type { DeviceEntry } from '../../core/device.js';
import type { LinkStep, SeenHostKey } from '../../ports/fleet.js';

/** An authenticated SSH connection to one device, through all of its jump hosts. */
export interface Connection {
  readonly client: ssh2.Client;
  /** Aborts nothing politely: ends this connection and every hop under it. Idempotent. */
  close(): void;
}

/** The key that a host shows. */
export interface HostKeyLook {
  readonly seen: Omit<SeenHostKey, 'serial'>;
  /**
   * A connection to that host, where a public key alone opened one. The host need not be trusted: it is for evidence of
   * which board this is, and nothing else. The caller closes it.
   */
  readonly connection: Connection | undefined;
}

/** Opens connections: resolves the target, verifies the host key, authenticates. */
export interface Connector {
  /**
   * Rejects with `unreachable`, `auth_failed`, `not_allowed` (host key), `timeout`, `cancelled` or `invalid_input`.
   * `onStep` hears each step of the last hop as it ends, the failed one included.
   */
  connect(entry: DeviceEntry, signal: AbortSignal, onStep?: (step: LinkStep) => void): Promise<Connection>;

  /**
   * Looks which key the host shows, and neither trusts nor records it. No secret is fetched. Jump hosts are trusted as ever.
   * Rejects as `connect` does, but not for a key that is unknown or changed.
   */
  look(entry: DeviceEntry, signal: AbortSignal): Promise<HostKeyLook>;
}
