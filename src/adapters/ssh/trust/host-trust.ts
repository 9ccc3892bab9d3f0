import type { HostKeyPolicy } from '../../../core/device.js';
import type { KnownKey } from './known-hosts.js';

/** What is known of a host before it shows its key. */
export interface HostTrust {
  readonly policy: HostKeyPolicy;
  /** The name known_hosts lists it under, `[host]:port` where the port is not 22. */
  readonly name: string;
  /** The keys listed under that name. */
  readonly listed: readonly KnownKey[];
  /** The keys listed for the host without its port; one of them is trusted at any port, as OpenSSH does. */
  readonly listedWithoutPort: readonly KnownKey[];
  /** The file a new key would go to. */
  readonly file: string;
}
