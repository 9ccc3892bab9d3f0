import { z } from 'zod';
import { isThrough, unitActions, unitGoal } from '../../src/core/linux/unit-change.js';
import { enabledChange, settledChange, unitChange, unitChangeData, unitPlan } from '../../src/core/linux/unit-plan.js';
import { oppositeAction, toldState, type UnitChangeData, type UnitPlan } from '../../src/core/linux/unit-plan.js';
import type { OwnNames } from '../../src/core/policy/own-names.js';
import { unitStateProbe } from '../../src/core/probes/unit-state.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Inverse, Prepared } from '../../src/ports/tool.js';
import { unitArg, unitName, unitNames } from '../args.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { pause } from '../pause.js';

const input = z.strictObject({ unit: unitArg, action: z.enum(unitActions) });
type Args = z.output<typeof input>;
type Plan = UnitPlan & Pick<Prepared, 'resolved'>;

/** Starts, stops and enables systemd units, and looks whether they stay up. */
export class ServiceControl extends BaseChangeTool<typeof input, typeof unitChangeData, Plan> {
  override readonly spec = {
    name: 'service_control',
    area: 'system',
    title: 'Start, stop, restart, enable or disable a service',
    description:
      'Act on one systemd unit; a second look some seconds later tells whether it stayed up. enable and disable are about boots to come. ' +
      'Look with service_status first.',
    effect: 'disrupt',
    resolves: ['unit'],
    input,
    output: unitChangeData,
    same: ['unit', 'active', 'sub', 'enabled', 'says'],
  } as const;
  readonly canonical = ({ unit }: Args): OwnNames => unitNames(unit);
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 3000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare({ unit, action }: Args, device: Device, call: Call): Promise<Plan> {
    const state = toldState(await device.ask(unitStateProbe(unitName(unit)), call.signal));
    const plan = unitPlan(unitName(unit), action, state);
    if (plan.steps.length > 0) await needsRoot(device, call);
    // An alias is another name for the same: the unit's own is what rules of the policy mean.
    return { ...plan, resolved: unitNames(state.id === '' ? unitName(unit) : state.id) };
  }

  override async perform(
    { unit, action }: Args,
    { steps, awaits }: Plan,
    device: Device,
    { signal }: Call,
  ): Promise<UnitChangeData | undefined> {
    for (const step of steps) await device.run(step, signal);
    if (awaits) return undefined;
    const state = await device.ask(unitStateProbe(unitName(unit)), signal);
    if (steps.length === 0) return unitChange(unitName(unit), toldState(state), toldState(state).meaning);
    return enabledChange(unitName(unit), action, state);
  }

  async settle(awaits: Awaits, device: Device, { signal }: Call): Promise<UnitChangeData | undefined> {
    const goal = unitGoal.parse(awaits.state);
    const first = await device.ask(unitStateProbe(goal.unit), signal);
    if (first === undefined || !isThrough(first)) return undefined;
    await pause(this.#betweenLooksMs, signal);
    const second = await device.ask(unitStateProbe(goal.unit), signal);
    return second && settledChange(goal, first, second);
  }

  inverse({ unit, action }: Args): Inverse | undefined {
    const back = oppositeAction[action];
    return back && { tool: this.spec.name, arguments: { unit, action: back } };
  }
}
