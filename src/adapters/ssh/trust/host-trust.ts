import type { DeviceEntry, HostKeyPolicy } from '../../../core/device.js';
import type { KnownKey } from './known-hosts.js';

/** `none`: no key counts, whatever this machine knows of the host, until a person has pinned one for that very device. */
export type TrustPolicy = HostKeyPolicy | 'none';

/** Who may say how to reach a device: what is not on this list is a client's. */
const ofTheUser: ReadonlySet<string> = new Set(['file', 'environment']);

/** Whether the user himself listed the device as it is now. */
export function isOfTheUser({ origin }: DeviceEntry): boolean {
  return ofTheUser.has(origin);
}

/**
 * The policy for a device. Of one that a client brought or moved, only the pin of its own entry counts: known_hosts may list
 * the address for other reasons, and `accept-new` was meant for what the user listed.
 */
export function policyOf(entry: DeviceEntry, otherwise: HostKeyPolicy | undefined): TrustPolicy {
  const own = entry.settings.hostKeys;
  if (!isOfTheUser(entry)) return typeof own === 'object' ? own : 'none';
  return own ?? otherwise ?? 'strict';
}

/** What is known of a host before it shows its key. */
export interface HostTrust {
  readonly policy: TrustPolicy;
  /** The name known_hosts lists it under, `[host]:port` where the port is not 22. */
  readonly name: string;
  /** The keys listed under that name. */
  readonly listed: readonly KnownKey[];
  /** The keys listed for the host without its port; one of them is trusted at any port, as OpenSSH does. */
  readonly listedWithoutPort: readonly KnownKey[];
  /** The file a new key would go to. */
  readonly file: string;
}
