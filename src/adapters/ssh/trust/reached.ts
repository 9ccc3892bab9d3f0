import type { Duplex } from 'node:stream';

/** A stream to a host's SSH port, and what to let go of when it ends. */
export interface Reached {
  readonly stream: Duplex;
  /** Idempotent. */
  readonly release: () => void;
}
