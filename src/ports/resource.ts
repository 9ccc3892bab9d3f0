import type { Device } from './fleet.js';
import type { Call } from './tool.js';

/** A view of one device that a client can read and subscribe to, at `jetson://{device}/<path>`. */
export interface DeviceResource {
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The tools that tell the same: rules of the policy for one of them hold for the resource. */
  readonly like: readonly string[];
  /** Reads it now; JSON data without a time in it, so that a change can be told. */
  read(device: Device, call: Call): Promise<Readonly<Record<string, unknown>>>;
}

/** A view of the fleet or of this program as a whole, at `jetson://<path>`, whatever devices there are. */
export interface FleetResource {
  /** Two words with a slash, as devices' paths have; it wins over a device of the first word's name. */
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** As of a `DeviceResource`. */
  readonly like: readonly string[];
  /** Reads it now; JSON data without a time in it, so that a change can be told. Asks no device. */
  read(call: Call): Promise<Readonly<Record<string, unknown>>>;
}
