import type { AwaitedRecord } from '../ports/awaited-work.js';
import type { Logger } from '../ports/logger.js';
import type { Call } from '../ports/tool.js';
import type { Ended } from './awaited-looks.js';
import { endOf, outliving, withinCall } from './carried-work.js';
import { keyOf, type OwnWork } from './own-work.js';

const renewEveryMs = 5_000;

/** Work that this server does itself, and what of its end is the last word. */
export interface Carried {
  readonly record: AwaitedRecord;
  readonly call: Call;
  readonly work: (call: Call) => Promise<unknown>;
  readonly isOver: (ended: Ended) => boolean;
}

/** What the watch does for it. */
export interface CarryingHands {
  readonly stopped: AbortSignal;
  readonly claim: () => Promise<unknown>;
  readonly put: (record: AwaitedRecord) => Promise<void>;
  readonly end: (record: AwaitedRecord, ended: Ended) => Promise<void>;
  readonly goOn: (record: AwaitedRecord) => Promise<void>;
  readonly release: () => Promise<void>;
  readonly onBug: (error: unknown) => string;
  readonly logger: Logger;
}

/** Lets the work go on past its call; undefined where it does not end in time. */
export async function carryOn(carried: Carried, own: OwnWork, hands: CarryingHands): Promise<Ended | undefined> {
  const { record, call, work } = carried;
  const told = (message: string): void => own.told(keyOf(record), message);
  const lasting = outliving(call, record.awaits.patienceMs, hands.stopped, told);
  const renewal = setInterval(() => void hands.claim().catch(() => undefined), renewEveryMs).unref();
  const ended = endOf(work(lasting), hands.onBug).finally(() => clearInterval(renewal));
  const inTime = await withinCall(ended, call);
  // Work that was cut by the end of its server is left to the next one.
  if (inTime !== undefined && !hands.stopped.aborted) return inTime;
  own.goesOn(noteEnd(carried, ended, hands));
  return undefined;
}

async function noteEnd({ record, isOver }: Carried, ended: Promise<Ended>, hands: CarryingHands): Promise<void> {
  const awaiting: AwaitedRecord = { ...record, state: 'awaiting' };
  try {
    // One that waits for its turn has done nothing yet, and stays on record as that until its first step.
    if (record.awaits.queues !== true) await hands.put(awaiting);
    const end = await ended;
    // A server that stops says nothing of the end: the next one looks.
    if (hands.stopped.aborted) return;
    if (isOver(end)) await hands.end(awaiting, end);
    else {
      await hands.put(awaiting);
      await hands.goOn(awaiting);
    }
  } catch (error) {
    hands.logger.log('warn', 'the end of a change could not be noted', { error });
  } finally {
    await hands.release();
  }
}
