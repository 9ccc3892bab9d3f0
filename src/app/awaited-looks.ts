import { Failure } from '../core/errors.js';
import type { Redactor } from '../core/redact.js';
import { asFailure } from '../core/reply/failures.js';
import type { AuditLog } from '../ports/audit-log.js';
import type { AwaitedRecord } from '../ports/awaited-work.js';
import type { Clock } from '../ports/clock.js';
import type { Awaits, Call, ChangeTool } from '../ports/tool.js';
import { ChangeTrail } from './change-trail.js';
import type { Grant, GuardedFleet } from './guarded-fleet.js';

/** Looks further apart than this are not one watch: the laptop slept, or nobody watched. */
const sameWatchMs = 60_000;

export interface LooksParts {
  readonly clock: Clock;
  readonly fleet: GuardedFleet;
  readonly onBug: (error: unknown) => string;
  readonly audit: AuditLog;
  readonly redactor: Redactor;
}

/** How a change ended on a device. */
export type Ended = { readonly data: unknown } | { readonly failure: Failure };

interface Watch {
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Since when it has been reached each time; undefined where it was not the last time. */
  readonly reachedSinceMs?: number | undefined;
}

/** Looks whether what a change began has ended. What was not seen is never told as if it were. */
export class AwaitedLooks {
  readonly #parts: LooksParts;
  /** Since when each device has been looked at without a gap. */
  readonly #watches = new Map<string, Watch>();

  constructor(parts: LooksParts) {
    this.#parts = parts;
  }

  /** One look of at most `lookMs`: how it ended, or undefined for not yet, or not known yet. */
  async look(record: AwaitedRecord, tool: ChangeTool, call: Call, lookMs: number): Promise<Ended | undefined> {
    const { id, device, awaits, startedAtMs, state, tool: name } = record;
    if (state === 'planned') return { failure: neverBegan() };
    const { clock, fleet, onBug } = this.#parts;
    const key = `${id} ${device}`;
    const { sinceMs, reachedSinceMs } = this.#watchOf(key);
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(lookMs)]);
    const now = clock.now();
    const reachedForMs = now - (reachedSinceMs ?? now);
    const own = { ...call, signal, changeId: id, beganAgoMs: now - startedAtMs, reachedForMs };
    let reached = true;
    try {
      const data = await tool.settle?.(awaits, fleet.device(device, name, this.#grant(record)), own);
      if (data !== undefined) return { data };
    } catch (error) {
      const failure = asFailure(error, onBug);
      if (!away.includes(failure.kind)) return { failure };
      reached = false;
    }
    this.#watches.set(key, {
      sinceMs,
      lastMs: now,
      reachedSinceMs: reached ? (reachedSinceMs ?? clock.now()) : undefined,
    });
    // A device that nobody could see may have ended long ago: its patience counts from when somebody began to look.
    const waitedMs = clock.now() - (reached ? startedAtMs : Math.max(startedAtMs, sinceMs));
    return waitedMs <= awaits.patienceMs ? undefined : { failure: overdue(awaits, reached) };
  }

  /** Looking, and what was approved for afterwards: as often as a look finds it left to do. */
  #grant({ id, asker, tool, effect, awaits: { afterwards = [] } }: AwaitedRecord): Grant {
    if (afterwards.length === 0) return { allows: 'read' };
    return { allows: 'steps', steps: afterwards, trail: new ChangeTrail({ id, asker, tool, effect }, this.#parts) };
  }

  #watchOf(key: string): Watch {
    const now = this.#parts.clock.now();
    const before = this.#watches.get(key);
    const isSame = before !== undefined && now - before.lastMs <= sameWatchMs;
    return isSame ? before : { sinceMs: now, lastMs: now };
  }
}

/** A board that is restarting refuses, hangs, or has not let anybody log in yet. */
const away: readonly string[] = ['unreachable', 'timeout', 'cancelled', 'auth_failed'];

function overdue({ overdue: { message, hint }, restarts = false, patienceMs }: Awaits, reached: boolean): Failure {
  if (reached || restarts) return new Failure('timeout', message, { hint, retry: 'check_first' });
  const minutes = Math.max(1, Math.round(patienceMs / 60_000));
  return new Failure(
    'unreachable',
    `The device could not be reached for ${minutes} min; how the change ended is not known.`,
    {
      hint: 'Look at the device once it can be reached: device_doctor tells how far it can be.',
      retry: 'check_first',
    },
  );
}

const neverBegan = (): Failure =>
  new Failure('cancelled', 'jetfleet was ended before the first step was sent; nothing was done.', {
    hint: 'Call again where it is still wanted.',
    retry: 'yes',
  });
