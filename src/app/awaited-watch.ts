import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../core/errors.js';
import { describeFailure } from '../core/reply/failures.js';
import type { AuditLog } from '../ports/audit-log.js';
import type { AwaitedRecord, AwaitedWork } from '../ports/awaited-work.js';
import type { Logger } from '../ports/logger.js';
import type { AwaitedReport, Call, ChangeTool, Tool } from '../ports/tool.js';
import { AwaitedLooks, type Ended, type LooksParts } from './awaited-looks.js';
import { callWith, type CallParts } from './calls.js';
import { keyOf, OwnWork } from './own-work.js';
import { givenUp, unreadable } from './awaited-failures.js';
import { carryOn } from './carry-on.js';

const lookEveryMsUsually = 1500;
const oneLookMs = 12_000;
const spareMs = 700;
/** Longer than the longest look and the pause after it, short enough that a dead server is soon followed. */
const leaseMs = 20_000;
const sweepEveryMs = 5_000;

export interface WatchParts extends CallParts, LooksParts {
  readonly work: AwaitedWork;
  readonly tools: readonly Tool[];
  readonly audit: AuditLog;
  readonly logger: Logger;
  /** How often a device is looked at; 1.5 s where absent. */
  readonly lookEveryMs?: number | undefined;
  /** Takes secrets out of a tool's data before it is kept. */
  readonly safeData: (tool: Tool, data: unknown) => unknown;
}

/**
 * Sees changes through whose end a call cannot wait for. The record is on disk from before the first step, so that any later
 * server goes on where this one stopped; a lease keeps two from watching the same.
 */
export class AwaitedWatch {
  readonly #parts: WatchParts;
  readonly #watching = new Set<string>();
  readonly #own: OwnWork;
  readonly #stopped = new AbortController();
  readonly #lookEveryMs: number;
  readonly #looks: AwaitedLooks;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#own = new OwnWork(parts.redactor);
    this.#lookEveryMs = parts.lookEveryMs ?? lookEveryMsUsually;
    this.#looks = new AwaitedLooks(parts);
  }

  /** Takes up what earlier servers left, now and from time to time. */
  start(): void {
    this.#sweeping ??= setInterval(() => void this.#sweep(), sweepEveryMs).unref();
    void this.#sweep();
  }

  /** Stops watching; the records stay for the next server. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeping);
    this.#stopped.abort(new Failure('cancelled', 'jetfleet was stopped.'));
    await Promise.allSettled(
      [...this.#watching].map((key) => {
        const [id = '', device = ''] = key.split('\n');
        return this.#parts.work.release(id, device);
      }),
    );
  }

  /** Records a change before its first step runs. */
  async open(record: AwaitedRecord): Promise<void> {
    // Claimed first: another server's sweep must not find it free.
    await this.#parts.work.claim(record.id, record.device, leaseMs);
    this.#watching.add(keyOf(record));
    await this.#parts.work.put(record);
  }

  /** Notes that a step is about to be sent, so that a record of which that was never noted is known to have done nothing. */
  async act(record: AwaitedRecord): Promise<void> {
    const { work } = this.#parts;
    const { id, device } = record;
    const known = await work.get(id, device);
    if (known === undefined) throw unreadable();
    if (known.state !== 'planned' || !(await work.claim(id, device, leaseMs))) throw givenUp();
    await work.put({ ...record, state: 'acting' });
  }

  /** Forgets a change whose end its call has told and recorded. */
  async drop({ id, device }: AwaitedRecord): Promise<void> {
    this.#watching.delete(keyOf({ id, device }));
    this.#own.forget(keyOf({ id, device }));
    await this.#parts.work.remove(id, device);
    await this.#parts.work.release(id, device);
  }

  /** Watches until the end or until the call must answer; undefined where it goes on without the call. */
  async see(record: AwaitedRecord, tool: ChangeTool, call: Call): Promise<Ended | undefined> {
    const awaiting: AwaitedRecord = { ...record, state: 'awaiting' };
    const ended = await this.#until(awaiting, tool, call, (now) => now + this.#lookEveryMs < call.deadlineMs);
    if (ended === undefined) {
      await this.#parts.work.put(awaiting);
      void this.#goOn(awaiting, tool);
    }
    return ended;
  }

  /** Notes an end that no call tells. */
  async note(record: AwaitedRecord, tool: ChangeTool, ended: Ended): Promise<void> {
    await this.#end(record, tool, ended);
    this.#watching.delete(keyOf(record));
    await this.#parts.work.release(record.id, record.device);
  }

  /**
   * Lets work of this server go on past its call; undefined where it does not end in time. The record stays claimed as long as the work
   * goes on; its end is noted there. `isOver` tells a last word from one after which the device is to be looked at.
   */
  carry(
    record: AwaitedRecord,
    tool: ChangeTool,
    call: Call,
    work: (call: Call) => Promise<unknown>,
    isOver: (ended: Ended) => boolean,
  ): Promise<Ended | undefined> {
    return carryOn({ record, call, work, isOver }, this.#own, {
      stopped: this.#stopped.signal,
      claim: () => this.#parts.work.claim(record.id, record.device, leaseMs),
      put: (now) => this.#parts.work.put(now),
      end: (now, ended) => this.#end(now, tool, ended),
      goOn: (now) => this.#goOn(now, tool),
      release: () => this.#left(record),
      onBug: this.#parts.onBug,
      logger: this.#parts.logger,
    });
  }

  /** This server no longer watches a record. */
  async #left(record: AwaitedRecord): Promise<void> {
    this.#watching.delete(keyOf(record));
    this.#own.forget(keyOf(record));
    await this.#parts.work.release(record.id, record.device).catch(() => undefined);
  }

  /** How a change stands; looks once more itself where nobody watches it. */
  async report(id: string, device: string, call: Call): Promise<AwaitedReport | undefined> {
    const { work } = this.#parts;
    let record = await work.get(id, device);
    const tool = record === undefined ? undefined : this.#toolOf(record);
    if (record !== undefined && tool && record.state !== 'ended' && !this.#watching.has(keyOf(record))) {
      if (await work.claim(id, device, leaseMs)) {
        const ended = await this.#looks.look(record, tool, call, oneLookMs);
        if (ended) await this.#end(record, tool, ended);
        await work.release(id, device);
        record = await work.get(id, device);
      }
    }
    if (record === undefined) return undefined;
    const { tool: name, state, startedAtMs, outcome } = record;
    return { tool: name, state, startedAtMs, outcome, progress: this.#own.last(keyOf(record)) };
  }

  /** Resolves when no work of this server's own goes on: whether any did. */
  idle(): Promise<boolean> {
    return this.#own.idle();
  }

  async #sweep(): Promise<void> {
    try {
      for (const record of await this.#parts.work.list()) {
        const tool = this.#toolOf(record);
        if (record.state === 'ended' || tool === undefined || this.#watching.has(keyOf(record))) continue;
        if (this.#stopped.signal.aborted || !(await this.#parts.work.claim(record.id, record.device, leaseMs)))
          continue;
        this.#watching.add(keyOf(record));
        void this.#goOn(record, tool);
      }
    } catch (error) {
      this.#parts.logger.log('warn', 'unfinished changes could not be looked up', { error });
    }
  }

  async #goOn(record: AwaitedRecord, tool: ChangeTool): Promise<void> {
    try {
      const { clock } = this.#parts;
      const call = callWith(this.#parts, {
        signal: this.#stopped.signal,
        deadlineMs: clock.now() + record.awaits.patienceMs,
        changeId: record.id,
        progress: (message) => this.#own.told(keyOf(record), message),
      });
      const ended = await this.#until(record, tool, call, () => true);
      if (ended) await this.#end(record, tool, ended);
    } catch (error) {
      if (!this.#stopped.signal.aborted)
        this.#parts.logger.log('warn', 'an unfinished change is no longer watched', { error });
    } finally {
      await this.#left(record);
    }
  }

  async #until(
    record: AwaitedRecord,
    tool: ChangeTool,
    call: Call,
    mayGoOn: (now: number) => boolean,
  ): Promise<Ended | undefined> {
    const { work } = this.#parts;
    for (;;) {
      // A look that outlasts the call would make its answer late.
      const left = call.deadlineMs - call.now() - spareMs;
      const ended = await this.#looks.look(record, tool, call, Math.max(1, Math.min(oneLookMs, left)));
      if (ended) return ended;
      if (call.signal.aborted || !mayGoOn(call.now())) return undefined;
      // An abort only ends the pause.
      await wait(this.#lookEveryMs, undefined, { signal: call.signal }).catch(() => undefined);
      await work.claim(record.id, record.device, leaseMs);
    }
  }

  async #end(record: AwaitedRecord, tool: ChangeTool, ended: Ended): Promise<void> {
    const { audit, clock, safeData, work } = this.#parts;
    const { id, asker, tool: name, effect, device, startedAtMs } = record;
    const result = 'failure' in ended ? ended.failure.kind : 'ok';
    const message = 'failure' in ended ? { message: ended.failure.message } : {};
    const settled = { event: 'settled' as const, device, result, ...message, durationMs: clock.now() - startedAtMs };
    const outcome =
      'failure' in ended ? { failure: describeFailure(ended.failure) } : { data: safeData(tool, ended.data) };
    await audit.append([{ id, asker, tool: name, effect, ...settled }]);
    await work.put({ ...record, state: 'ended', outcome });
  }

  #toolOf({ tool: name }: AwaitedRecord): ChangeTool | undefined {
    const tool = this.#parts.tools.find(({ spec }) => spec.name === name);
    return tool?.kind === 'change' && tool.settle !== undefined ? tool : undefined;
  }
}
