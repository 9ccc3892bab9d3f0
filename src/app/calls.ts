import type { TemperatureLimits } from '../core/jetson/hot-zones.js';
import type { Clock } from '../ports/clock.js';
import { Failure } from '../core/errors.js';
import type { Services } from '../ports/services.js';
import type { Call } from '../ports/tool.js';

export interface CallParts {
  readonly clock: Clock;
  /** What tools take for now, where it is not this machine's time: a mock replays the time of its recording. */
  readonly devicesClock?: Clock | undefined;
  readonly temperatureLimits: TemperatureLimits;
  /** A new unguessable word at every call: lower-case hex, an even number of characters. */
  readonly newId: () => string;
  /** What tools may use of this machine. */
  readonly services: Services;
}

/** Asks how an unfinished change stands; answers undefined where nobody keeps records. */
export type AskAwaited = (id: string, device: string, call: Call) => ReturnType<Call['awaited']>;

/** What surrounds one call, with a change id of its own. */
export function callWith(
  { clock, devicesClock = clock, temperatureLimits, newId, services }: CallParts,
  given: {
    readonly signal: AbortSignal;
    readonly deadlineMs: number;
    readonly progress?: (message: string) => void;
    readonly changeId?: string;
    readonly awaited?: AskAwaited;
    readonly peer?: Call['peer'];
  },
): Call {
  const awayMs = devicesClock.now() - clock.now();
  const call: Call = {
    ...services,
    signal: given.signal,
    deadlineMs: given.deadlineMs + awayMs,
    temperatureLimits,
    now: () => clock.now() + awayMs,
    progress: given.progress ?? (() => undefined),
    changeId: given.changeId ?? newChangeId(newId),
    peer: given.peer ?? noPeer,
    awaited: async (id, device) => given.awaited?.(id, device, call),
  };
  return call;
}

const noPeer = (): Promise<never> =>
  Promise.reject(new Failure('not_allowed', 'No other device can be read here.', { retry: 'no' }));

/** Sixteen hex characters: the id of a change, of its jobs and of its records. */
export function newChangeId(newId: () => string): string {
  let id = '';
  while (id.length < 16) id += newId();
  return id.slice(0, 16);
}
