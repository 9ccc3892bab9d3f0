import type { Asker } from '../core/audit/entry.js';
import { Failure, isWithdrawn } from '../core/errors.js';
import { fanOut, type Settled } from '../core/fan-out.js';
import { stepKey } from '../core/step.js';
import type { Call, ChangeTool, InventoryDesk, InventoryTool } from '../ports/tool.js';
import type { Clock } from '../ports/clock.js';
import type { AwaitedRecord } from '../ports/awaited-work.js';
import type { AwaitedWatch } from './awaited-watch.js';
import type { ChangeTrail } from './change-trail.js';
import type { Ended } from './awaited-looks.js';
import { Endings } from './endings.js';
import { notApproved, numbered, type StepTrail } from './guarded-fleet.js';
import { deskOf, type DeviceError, type PreparingParts, type Ready } from './preparing.js';
import type { Chosen } from './selecting.js';

const width = 512;
/** Ending a job takes up to 10 s on the device. */
const withdrawMs = 20_000;

export interface CarryingParts extends PreparingParts {
  readonly watch: AwaitedWatch;
  /** This machine's: records are shared by all its servers. */
  readonly clock: Clock;
  readonly onBug: (error: unknown) => string;
}

interface Around {
  readonly trail: ChangeTrail;
  readonly call: Call;
}

/** What of a change outlives its call, by its part. */
export type Records = ReadonlyMap<Ready, AwaitedRecord>;

/** Puts on disk what is to be seen through, before it is on record that the change begins: a server that dies in between leaves it to the next. */
export async function openRecords(
  tool: ChangeTool | InventoryTool,
  ready: readonly Ready[],
  asker: Asker,
  { changeId: id }: Call,
  { watch, clock }: CarryingParts,
): Promise<Records> {
  const records = new Map<Ready, AwaitedRecord>();
  if (tool.kind !== 'change') return records;
  const { name, effect } = tool.spec;
  const about = { id, tool: name, effect, asker, startedAtMs: clock.now(), state: 'planned' as const };
  for (const each of ready) {
    const { awaits } = each.prepared;
    if (awaits !== undefined && each.steps.length > 0) records.set(each, { ...about, device: each.device, awaits });
  }
  await Promise.all([...records.values()].map((record) => watch.open(record)));
  return records;
}

/** What a change did. */
export interface Done {
  readonly values: readonly { readonly device: string; readonly data: unknown }[];
  readonly errors: readonly DeviceError[];
  readonly unfinished: readonly { readonly device: string; readonly says: string }[];
  /** To be called once the end of the call is on record. */
  readonly recorded: () => Promise<void>;
}

/** Carries out what was consented to: each device's own steps and nothing else. */
export async function carryOut(
  tool: ChangeTool | InventoryTool,
  args: Record<string, unknown>,
  ready: readonly Ready[],
  around: Around & { readonly chosen: readonly Chosen[]; readonly records: Records },
  parts: CarryingParts,
  onSettled: (done: number) => void,
): Promise<Done> {
  const { call, trail, chosen, records } = around;
  const endings = new Endings(parts.watch, parts.onBug);
  const perform = (each: Ready): Promise<unknown> =>
    tool.kind === 'change'
      ? onDevice(tool, args, each, { trail, call, endings }, records.get(each), parts)
      : inInventory(tool, args, each, { trail, chosen, call }, parts);
  const values: { device: string; data: unknown }[] = [];
  const errors: DeviceError[] = [];
  const unfinished: { device: string; says: string }[] = [];
  const under = new Map<Ready, Promise<Settled<unknown>>>();
  const noted = (each: Ready): Promise<unknown> => {
    const work = perform(each);
    under.set(each, settledOf(work));
    return work;
  };
  const settled = await fanOut(ready, width, noted, call.signal, onSettled);
  // Nobody waits for the answer to a call that was taken back; the record of it waits for what that ended.
  const withdrawn = isWithdrawn(call.signal);
  for (const [i, atAbort] of settled.entries()) {
    const each = ready[i];
    if (each === undefined) continue;
    const { device, prepared, steps } = each;
    const says = steps.length > 0 ? prepared.awaits?.says : undefined;
    const seen = withdrawn ? await under.get(each) : undefined;
    const result = seen ?? atAbort;
    const goesOn = result.ok
      ? result.value === undefined
      : call.signal.aborted && under.has(each) && seen === undefined;
    if (says !== undefined && goesOn) unfinished.push({ device, says });
    else if (result.ok) values.push({ device, data: result.value });
    else errors.push({ device, error: result.error });
  }
  const neverBegun = [...records].flatMap(([each, record]) => (under.has(each) ? [] : [record]));
  const recorded = async (): Promise<void> => {
    await endings.recorded(unfinished.map(({ device }) => device));
    for (const record of neverBegun) await parts.watch.drop(record);
  };
  return { values, errors, unfinished, recorded };
}

/** How some work settled; never rejects. */
const settledOf = (work: Promise<unknown>): Promise<Settled<unknown>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );

async function onDevice(
  tool: ChangeTool,
  args: Record<string, unknown>,
  { device: name, steps, prepared }: Ready,
  { trail, call, endings }: Around & { readonly endings: Endings },
  record: AwaitedRecord | undefined,
  { fleet, watch }: CarryingParts,
): Promise<unknown> {
  const progress = (message: string): void => call.progress(`${name}: ${message}`);
  const own = { ...call, progress };
  let begun = 0;
  const counting: StepTrail = {
    begin: async (device, step, number) => {
      const end = await trail.begin(device, step, number);
      try {
        if (record && begun === 0) await watch.act(record);
      } catch (error) {
        await end(error);
        throw error;
      }
      begun++;
      return async (error) => {
        if (isUnsent(error)) begun--;
        await end(error);
      };
    },
  };
  // A tool that only reads is here where the policy wants a person asked.
  const grant =
    tool.spec.effect === 'read'
      ? ({ allows: 'read', args } as const)
      : { allows: 'steps' as const, steps, trail: counting, args };
  const device = fleet.device(name, tool.spec.name, grant);
  if (record === undefined) {
    const data = await tool.perform(args, prepared, device, own).catch((error: unknown) => {
      throw cutMidway(error, begun, steps.length);
    });
    if (data === undefined) throw new Error(`${tool.spec.name} has no answer`);
    return data;
  }
  const { outlives = false, queues = false } = prepared.awaits ?? {};
  // Where a step was sent and the link went, what was begun may be under way: the device itself will tell.
  const isOver = (ended: Ended): boolean =>
    outlives || ('data' in ended ? ended.data !== undefined : begun === 0 || !isUnclear(ended.failure));
  if (outlives || queues) {
    const ended = await watch.carry(record, tool, own, (call) => tool.perform(args, prepared, device, call), isOver);
    if (ended === undefined) return undefined;
    if (isOver(ended)) return endings.tell(record, tool, ended);
  } else {
    try {
      const data = await tool.perform(args, prepared, device, own);
      if (data !== undefined) return await endings.tell(record, tool, { data });
    } catch (error) {
      if (begun === 0 || !isUnclear(error)) return endings.tellError(record, tool, error);
    }
  }
  const seen = await watch.see(record, tool, own);
  if (seen !== undefined) return endings.tell(record, tool, seen);
  if (isWithdrawn(own.signal))
    await tool.withdraw?.(prepared, device, { ...own, signal: AbortSignal.timeout(withdrawMs) });
  return undefined;
}

/** Whether a step may have run, or may run yet, although it failed here. */
function isUnclear(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false;
  return ['unreachable', 'timeout', 'cancelled'].includes(error.kind) || error.retry === 'check_first';
}

/** Whether a step never left this machine: devices say so by what to do about it. */
function isUnsent(error: unknown): boolean {
  return error instanceof Failure && error.kind === 'unreachable' && error.retry === 'yes';
}

/** A call that was cut after its first step did something: to call again blindly is not the way on. */
function cutMidway(error: unknown, begun: number, steps: number): unknown {
  if (begun === 0 || !isUnclear(error)) return error;
  const { kind, message, hint } = error;
  const sent = `${begun} of ${steps} ${steps === 1 ? 'step' : 'steps'} had been sent by then.`;
  const look = `What ${begun === 1 ? 'it' : 'they'} did was not seen: look at the device before you call again.`;
  return new Failure(kind, `${message} ${sent}`, {
    hint: hint === undefined ? look : `${look} ${hint}`,
    retry: 'check_first',
    cause: error,
  });
}

async function inInventory(
  tool: InventoryTool,
  args: Record<string, unknown>,
  { device: target, steps, prepared }: Ready,
  { trail, chosen, call }: { readonly trail: ChangeTrail; readonly chosen: readonly Chosen[]; readonly call: Call },
  parts: CarryingParts,
): Promise<unknown> {
  const left = numbered(steps);
  const edit: InventoryDesk['edit'] = async (edits, signal) => {
    const numbers = edits.map((each) => left.get(stepKey(each))?.shift());
    const ends: ((error?: unknown) => Promise<void>)[] = [];
    for (const [i, each] of edits.entries()) {
      const number = numbers[i];
      if (number === undefined) throw notApproved();
      ends.push(await trail.begin(target, each, number));
    }
    try {
      await parts.inventory.edit(edits, signal);
    } catch (error) {
      for (const end of ends) await end(error);
      throw error;
    }
    for (const end of ends) await end();
  };
  return tool.perform(args, prepared, target, deskOf(tool, chosen, parts, call, edit), call);
}
