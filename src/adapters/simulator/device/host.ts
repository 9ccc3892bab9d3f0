import type { BoardSpec } from '../boards/board-spec.js';
import type { Fault } from './fault.js';
import type { Load } from './load.js';

/** What the parts of a simulated device see of the whole. */
export interface Host {
  readonly spec: BoardSpec;
  readonly seed: number;
  readonly fault: Fault | undefined;
  /** A number in [0, 1) of this device's own, the same on every run. */
  unit(channel: number): number;
  /** Milliseconds since the board started. */
  uptimeMs(): number;
  /** The board's own clock, milliseconds since 1970. */
  nowMs(): number;
  /** 32 hexadecimal digits that no other boot has. */
  bootId(): string;
  load(): Load;
}
