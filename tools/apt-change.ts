import type { Command } from '../src/core/command.js';
import { conffileProbe } from '../src/core/apt/conffiles.js';
import { aptOutcomeProbe, aptStep, goalOf, transactionHash, unholdStep, type AptGoal } from '../src/core/apt/job.js';
import { aptPlanProbe, type AptPlan } from '../src/core/apt/plan.js';
import { aptSentence, checkRoom, refuseDangers } from '../src/core/apt/plan-checks.js';
import type { AptRequest } from '../src/core/apt/request.js';
import { changesOf } from '../src/core/apt/simulation.js';
import { aptDone, aptProgress } from '../src/core/apt/outcome.js';
import { jobProbe } from '../src/core/jobs/job-probe.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** A change of packages that passed the guard; without a step where the device is as asked already. */
export interface GuardedApt {
  readonly plan: AptPlan;
  readonly step: Command | undefined;
  readonly goal: AptGoal;
  readonly says: string;
  /** For the plan's basis: another change has another one. */
  readonly transaction: string;
}

/** Asks apt what it would do and refuses what was not allowed, what does not fit, and what is not understood. Only probes. */
export async function guardedApt(request: AptRequest, device: Device, call: Call): Promise<GuardedApt> {
  const plan = await device.ask(aptPlanProbe(request), call.signal);
  refuseDangers(plan, request);
  checkRoom(plan);
  const { simulation } = plan;
  const replaces = simulation.upgrade.length + simulation.downgrade.length > 0;
  const kept = replaces ? await device.ask(conffileProbe(simulation), call.signal) : [];
  const nothing = changesOf(simulation).length === 0;
  return {
    plan,
    step: nothing ? undefined : await aptStep(call.changeId, request, plan),
    goal: goalOf(plan, request),
    says: nothing ? 'The packages are as asked already.' : aptSentence(plan, kept),
    transaction: await transactionHash(plan),
  };
}

/** Whether the job of a change has ended as it was to; undefined while it runs. Throws with the reason where it has not. */
export async function aptEnded(goal: AptGoal, device: Device, call: Call): Promise<true | undefined> {
  const { changeId: id, signal } = call;
  const report = await device.ask(jobProbe({ id, asRoot: true, from: 'end', maxBytes: 16_384 }), signal);
  if (report === undefined || report.state === 'running' || report.state === 'unknown') {
    const says = report && aptProgress(report.text);
    if (says !== undefined) call.progress(says);
    return undefined;
  }
  let outcome = await device.ask(aptOutcomeProbe(goal), signal);
  const unhold = unholdStep(goal);
  if (unhold && outcome.stillHeld.length > 0) {
    await device.run(unhold, signal);
    outcome = await device.ask(aptOutcomeProbe(goal), signal);
  }
  return aptDone(report, outcome);
}
