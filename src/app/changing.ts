import type { ConsentKind } from '../core/consent/decide.js';
import { hashPlan } from '../core/consent/plan.js';
import { Failure } from '../core/errors.js';
import type { Redactor } from '../core/redact.js';
import type { Findings } from '../core/reply/pages.js';
import { groupPlans } from '../core/reply/plan.js';
import type { ReplyPlan } from '../core/reply/reply.js';
import type { Selection } from '../core/selector/select.js';
import type { AuditLog } from '../ports/audit-log.js';
import type { PendingPlan, TokenState } from '../ports/consents.js';
import type { Call, ChangeTool, InventoryTool, Tool } from '../ports/tool.js';
import { newChangeId } from './calls.js';
import { carryOut, openRecords, type CarryingParts } from './carrying-out.js';
import { keptPlan, notAsked, notDone, planOf, questionOf, safeSteps, whatWasDone } from './change-findings.js';
import { ChangeTrail } from './change-trail.js';
import type { ConsentDesk, DeskRefusal, Wanted } from './consent-desk.js';
import { judge, type JudgingParts } from './judging.js';
import { prepareAll, type DeviceError, type Ready } from './preparing.js';
import type { Question, RunContext } from './run-context.js';
import type { Chosen } from './selecting.js';

export interface ChangingParts extends CarryingParts, JudgingParts {
  readonly desk: ConsentDesk;
  readonly audit: AuditLog;
  readonly redactor: Redactor;
  /** The account of this machine's operating system. */
  readonly user: string;
  readonly newId: () => string;
  readonly onBug: (error: unknown) => string;
}

export interface Change {
  readonly tool: ChangeTool | InventoryTool;
  readonly args: Record<string, unknown>;
  readonly selection: Selection<Chosen>;
  readonly plan: boolean;
  readonly token: string | undefined;
  readonly full: boolean;
  readonly context: RunContext;
  readonly onSettled: (total: number) => (done: number) => void;
  /** Makes the call that surrounds the change, with the id that the change has. */
  readonly callFor: (changeId: string | undefined) => Call;
}

export interface Changed {
  readonly findings: Omit<Findings, 'notes'>;
  /** Present where a person has to be asked first. */
  readonly question?: Question | undefined;
}

/** A change that is planned and not yet decided on. */
interface Draft {
  readonly change: Change;
  readonly call: Call;
  readonly trail: ChangeTrail;
  readonly beganMs: number;
  readonly ready: readonly Ready[];
  /** Devices for which there is no plan. */
  readonly failed: readonly DeviceError[];
  /** The plan as it is shown. */
  readonly steps: ReplyPlan['steps'];
  readonly wanted: Wanted;
}

/** A change from its arguments to its answer: policy, plan, consent, and only then the steps, with all of it on record. */
export class Changes {
  readonly #parts: ChangingParts;

  constructor(parts: ChangingParts) {
    this.#parts = parts;
  }

  /** Rejects with a `Failure` where nothing was begun at all. */
  async run(change: Change): Promise<Changed> {
    const { token, context, tool } = change;
    const brought = { token, answer: context.answer, client: context.client };
    const known = await this.#parts.desk.known(brought).catch(async (error: unknown) => {
      await this.refused(tool, change.args, error, context);
      throw error;
    });
    // Ids of jobs are made from the change's: they must be the same when an agreed plan is prepared once more.
    const planned = known?.state === 'pending' && known.plan.tool === tool.spec.name ? known.plan.id : undefined;
    // A plan that is only shown waits beside the other: they may not start the same job.
    const call = change.callFor(change.plan ? undefined : planned);
    const trail = this.#trail(tool, call.changeId, context);
    const cameToNothing = async (error: unknown): Promise<never> => {
      const devices = change.selection.chosen.map(({ entry }) => entry.name);
      await recordEach(
        devices.length === 0 ? [{ device: undefined, error }] : devices.map((device) => ({ device, error })),
        change.args,
        trail,
      );
      throw error;
    };
    const draft = await this.#draft(change, known, call, trail).catch(cameToNothing);
    if ('findings' in draft) return draft;
    if (change.plan) return this.#show(draft).catch(cameToNothing);
    const outcome = await this.#parts.desk.decide(draft.wanted, brought, known).catch(cameToNothing);
    if ('ask' in outcome) return this.#ask(draft, outcome.ask);
    if ('refuse' in outcome) return this.#refuse(draft, outcome);
    return this.#carryOut(draft, outcome.go);
  }

  /** Records a call that went wrong before it was known what to do on which devices. */
  async refused(tool: Tool, args: unknown, error: unknown, context: RunContext): Promise<void> {
    const trail = this.#trail(tool, newChangeId(this.#parts.newId), context);
    await trail.write({ event: 'refused', arguments: trail.unchecked(args), devices: [], why: whyOf(trail, error) });
  }

  #trail({ spec }: Tool, id: string, { client }: RunContext): ChangeTrail {
    const asker = { user: this.#parts.user, client: client?.name ?? 'unknown' };
    return new ChangeTrail({ id, asker, tool: spec.name, effect: spec.effect }, this.#parts, spec.secretArguments);
  }

  async #draft(
    change: Change,
    known: TokenState | undefined,
    call: Call,
    trail: ChangeTrail,
  ): Promise<Draft | Changed> {
    const { tool, args } = change;
    const { spec } = tool;
    const { clock, inventory, redactor, onBug } = this.#parts;
    const beganMs = clock.now();
    const judged = await judge(tool, args, change.selection.chosen, this.#parts, call);
    const prepared = await prepareAll(tool, args, judged.allowed, this.#parts, call);
    const { ready, denied, level: byTool, asks } = judged.again(prepared.ready);
    const level = ready.some((each) => each.prepared.person === true) ? 'disrupt' : byTool;
    const failed = [...judged.denied, ...prepared.errors, ...denied];
    await recordEach(failed, args, trail);
    if (ready.length + failed.length === 0) await recordEach([{ device: undefined, error: noDevice() }], args, trail);
    if (ready.length === 0) return { findings: notDone(change, failed, onBug) };
    const steps = safeSteps(groupPlans(ready), redactor);
    const hashes = await hashPlan(spec.name, args, inventory.devices(), ready);
    const wanted: Wanted = {
      id: call.changeId,
      spec,
      level,
      policy: asks ? 'ask' : 'allow',
      // A tool that only reads has no steps; it is here because the policy wants a person asked.
      hasSteps: spec.effect === 'read' || ready.some((each) => each.steps.length > 0),
      hash: hashes.whole,
      kept: keptPlan(ready, hashes, redactor),
      text: questionOf(spec, ready, redactor),
    };
    if (call.signal.aborted) throw new Failure('cancelled', 'The call was cancelled; nothing was changed.');
    return { change, call, trail, beganMs, ready, failed, steps, wanted };
  }

  async #show(draft: Draft): Promise<Changed> {
    const { change, wanted, steps, failed, ready } = draft;
    const pending = wanted.hasSteps ? await this.#parts.desk.offer(wanted) : undefined;
    await this.#recordPlan(draft);
    const more = { planned: ready.length, plan: planOf(steps, pending) };
    return { findings: notDone(change, failed, this.#parts.onBug, more) };
  }

  async #ask(draft: Draft, ask: PendingPlan): Promise<Changed> {
    await this.#recordPlan(draft);
    const { token, text: message, expiresAtMs } = ask;
    const errors = [...draft.failed, ...this.#allWith(draft, notAsked(ask))];
    const findings = notDone(draft.change, errors, this.#parts.onBug, { plan: planOf(draft.steps, ask) });
    return { question: { token, message, expiresAtMs }, findings };
  }

  async #refuse(draft: Draft, { refuse, offer, decision, stray }: DeskRefusal): Promise<Changed> {
    const { change, steps, failed, wanted } = draft;
    // The plan's id is that of the call which carries it out.
    const trail = stray ? this.#trail(change.tool, newChangeId(this.#parts.newId), change.context) : draft.trail;
    if (decision !== undefined && decision !== 'approved')
      await trail.write({ event: 'consent', hash: wanted.hash, by: 'form', decision });
    const devices = draft.ready.map(({ device }) => device);
    await trail.write({ event: 'refused', arguments: trail.arguments(change.args), devices, why: refuse.message });
    const more = { plan: offer && planOf(steps, offer) };
    return { findings: notDone(change, [...failed, ...this.#allWith(draft, refuse)], this.#parts.onBug, more) };
  }

  async #carryOut(draft: Draft, by: ConsentKind): Promise<Changed> {
    const { change, call, trail, ready, steps, wanted, failed, beganMs } = draft;
    const { clock, onBug } = this.#parts;
    const hash = wanted.hash;
    const plans = trail.plans(steps);
    const records = await openRecords(change.tool, ready, trail.asker, call, this.#parts);
    try {
      await trail.write(
        { event: 'consent', hash, by, decision: 'approved' },
        { event: 'began', arguments: trail.arguments(change.args), plans, hash, by },
      );
    } catch (error) {
      for (const record of records.values()) await this.#parts.watch.drop(record);
      throw error;
    }
    const around = { chosen: change.selection.chosen, trail, call, records };
    const done = await carryOut(change.tool, change.args, ready, around, this.#parts, change.onSettled(ready.length));
    await trail.write({
      event: 'ended',
      ok: done.values.map(({ device }) => device),
      failed: done.errors.map(({ device, error }) => ({ device, ...trail.failure(error) })),
      unfinished: done.unfinished.map(({ device }) => device),
      durationMs: clock.now() - beganMs,
    });
    await done.recorded();
    return { findings: whatWasDone(change, done, failed, call.changeId, onBug) };
  }

  #recordPlan({ trail, change, steps, wanted }: Draft): Promise<void> {
    const plans = trail.plans(steps);
    return trail.write({ event: 'planned', arguments: trail.arguments(change.args), plans, hash: wanted.hash });
  }

  #allWith({ ready }: Draft, error: Failure): DeviceError[] {
    return ready.map(({ device }) => ({ device, error }));
  }
}

/** Records on which devices nothing can be done, those of one reason together. */
async function recordEach(
  failed: readonly { readonly device: string | undefined; readonly error: unknown }[],
  args: unknown,
  trail: ChangeTrail,
): Promise<void> {
  const devices = new Map<string, string[]>();
  for (const { device, error } of failed) {
    const why = whyOf(trail, error);
    devices.set(why, [...(devices.get(why) ?? []), ...(device === undefined ? [] : [device])]);
  }
  const recorded = trail.arguments(args);
  await trail.write(
    ...[...devices].map(([why, names]) => ({ event: 'refused' as const, arguments: recorded, devices: names, why })),
  );
}

const noDevice = (): Failure => new Failure('unknown_device', 'No device was selected.');

function whyOf(trail: ChangeTrail, error: unknown): string {
  return trail.failure(error).message;
}
