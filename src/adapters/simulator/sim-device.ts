import type { BoardKind } from './boards/index.js';
import type { Account } from './device/account.js';
import type { Fault } from './device/fault.js';

/** One device to simulate. */
export interface SimDeviceSpec {
  readonly name: string;
  readonly board: BoardKind;
  /** Its logins; the default ones where absent: `root`, `ops` (sudo without password), `nvidia` (with), `guest` (none). */
  readonly accounts?: readonly Account[] | undefined;
  /** The account that the fleet file names; `nvidia` where absent. */
  readonly login?: string | undefined;
  readonly fault?: Fault | undefined;
  /** Id of its power mode; the board's usual one where absent. */
  readonly mode?: number | undefined;
  /** Its GPU was used: nvpmodel wants a reboot for every other mode, also where the masks are equal. */
  readonly goldenContext?: boolean | undefined;
  /** How long it refuses connections when it starts again; the simulator's `downMs` where absent. */
  readonly downMs?: number | undefined;
  /** The air around it; 22 where absent. A device in a hot cabinet stands out. */
  readonly ambientCelsius?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** One simulated device that listens. */
export interface SimDevice {
  readonly name: string;
  readonly board: BoardKind;
  readonly host: string;
  readonly port: number;
  /** The account that the fleet file names. */
  readonly user: string;
  /** How that account becomes root. */
  readonly sudo: Account['sudo'];
  /** `SHA256:...` */
  readonly hostKeyFingerprint: string;
  /** `ssh-ed25519 AAAA...` */
  readonly hostKey: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}
