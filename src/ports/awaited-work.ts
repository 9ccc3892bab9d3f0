import type { Asker } from '../core/audit/entry.js';
import type { ReplyFailure } from '../core/reply/reply.js';
import type { Effect } from '../core/effect.js';
import type { Awaits } from './tool.js';

/** What one call has left to be seen through on one device. Everything in it is JSON, without secrets. */
export interface AwaitedRecord {
  /** Id of the change. With the device it is the record's key. */
  readonly id: string;
  readonly device: string;
  readonly tool: string;
  readonly effect: Effect;
  readonly asker: Asker;
  readonly awaits: Awaits;
  readonly startedAtMs: number;
  /**
   * `planned`: no step was sent. `acting`: steps may be running or may have run. `awaiting`: they ran; the device is being
   * watched.
   */
  readonly state: 'planned' | 'acting' | 'awaiting' | 'ended';
  /** Once ended: the tool's data, or why it failed. */
  readonly outcome?: { readonly data: unknown } | { readonly failure: Omit<ReplyFailure, 'devices'> } | undefined;
}

/** Work that outlives a call, kept on disk so that any later server sees it through. */
export interface AwaitedWork {
  /** Writes the record, whole and durably; a later one of the same key replaces it. */
  put(record: AwaitedRecord): Promise<void>;

  /** The record of a key, or undefined. */
  get(id: string, device: string): Promise<AwaitedRecord | undefined>;

  /** Takes a record away, and any claim to it; nothing happens where there is none. */
  remove(id: string, device: string): Promise<void>;

  /** All records that can be read, those that ended included, oldest first. */
  list(): Promise<readonly AwaitedRecord[]>;

  /** Whether this server may see a record through for the next `leaseMs`; false while another one does. Renewed by asking again. */
  claim(id: string, device: string, leaseMs: number): Promise<boolean>;

  /** Gives a claim back. */
  release(id: string, device: string): Promise<void>;
}
