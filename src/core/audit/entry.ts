import type { Effect } from '../effect.js';
import type { ConsentKind } from '../consent/decide.js';

/** Who asked for a change. */
export interface Asker {
  /** The account of this machine's operating system. */
  readonly user: string;
  /** The MCP client as it named itself, or `jetfleet call`. */
  readonly client: string;
}

/** What every entry about one call repeats, so that each line can be read alone. */
export interface AuditedCall {
  /** One id for all entries of a call; also the id of the job it may have become. */
  readonly id: string;
  readonly asker: Asker;
  readonly tool: string;
  readonly effect: Effect;
}

/** What was to be done on some devices: the steps as the plan showed them, secrets taken out. */
export interface AuditedPlan {
  readonly devices: readonly string[];
  readonly says: string;
  readonly steps: readonly string[];
}

export type AuditEvent =
  /** A call that was refused before anything ran. */
  | {
      readonly event: 'refused';
      readonly arguments: unknown;
      readonly devices: readonly string[];
      readonly why: string;
    }
  /** A plan was shown and its token given out; nothing ran. */
  | {
      readonly event: 'planned';
      readonly arguments: unknown;
      readonly plans: readonly AuditedPlan[];
      readonly hash: string;
    }
  /** A person (or a rule) answered. */
  | {
      readonly event: 'consent';
      readonly hash: string;
      readonly decision: 'approved' | 'declined' | 'cancelled' | 'timed_out';
      readonly by: ConsentKind;
    }
  /** Steps may run from here on. Without an `ended` after it, the end was not seen. */
  | {
      readonly event: 'began';
      readonly arguments: unknown;
      readonly plans: readonly AuditedPlan[];
      readonly hash: string;
      readonly by: ConsentKind;
    }
  /** One step is about to run; written before it is sent. `step` counts from 1 in the device's plan. */
  | { readonly event: 'step'; readonly device: string; readonly step: number; readonly does: string }
  /** The step's end as it was seen: `ok`, or the kind of its failure. */
  | {
      readonly event: 'step_ended';
      readonly device: string;
      readonly step: number;
      readonly result: string;
      readonly durationMs: number;
    }
  /** The call has answered. */
  | {
      readonly event: 'ended';
      readonly ok: readonly string[];
      readonly failed: readonly { readonly device: string; readonly kind: string; readonly message: string }[];
      /** Devices on which it goes on; a later `settled` tells the end. */
      readonly unfinished: readonly string[];
      readonly durationMs: number;
    }
  /** The end of what an earlier call had left unfinished on one device. */
  | {
      readonly event: 'settled';
      readonly device: string;
      readonly result: string;
      readonly message?: string;
      /** Since its steps began. */
      readonly durationMs: number;
    };

export type AuditEntry = AuditedCall & AuditEvent;

/** What the log itself has to say; it never stands for something that was asked for. */
export type AuditNote =
  /**
   * After the record before stood a line without an end: its writer died in mid-write, so what it announced did not run. It was
   * taken away before this record was written.
   */
  | { readonly event: 'torn_line'; readonly bytes: number; readonly sha256: string }
  /** The second copy of the head was gone, so that nothing tells what was cut off before this record. */
  | { readonly event: 'head_missing' };

/** An entry as the log holds it: numbered, dated and chained to the one before. */
export type AuditRecord = (AuditEntry | AuditNote) & {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Hash of the record before; of the first, 64 zeros. */
  readonly prev: string;
  /** SHA-256 over the canonical JSON of this record without `chain` itself. Named apart from a plan's hash. */
  readonly chain: string;
};
