import type { Docker } from './docker.js';
import type { Device } from './fleet.js';

/** Where a byte stream of a device leads: a Unix socket, opened as root where asked for, or a port of its loopback address. */
export type StreamTarget = { readonly socket: string; readonly sudo?: boolean } | { readonly port: number };

/** What an engine is reached by: a device without it, and byte streams over the same link. */
export interface DockerHost extends Pick<Device, 'name' | 'ask' | 'sudoKind'> {
  /** Opens a stream over the pooled link; a duplex stream of Node. Rejects with a `Failure`; aborting closes it. */
  open(target: StreamTarget, signal: AbortSignal): Promise<NodeJS.ReadWriteStream>;
}

/** Makes the engine of a device, as one link reaches it. Nothing is opened before it is asked something. */
export type DockerOf = (host: DockerHost) => Docker;
