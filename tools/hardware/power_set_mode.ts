import { z } from 'zod';
import { otherNames } from '../../src/core/jetson/power-mode-choice.js';
import { powerSwitch } from '../../src/core/jetson/power-switch.js';
import { switchPlan, type SwitchPlan } from '../../src/core/jetson/power-switch-plan.js';
import {
  powerSetModeData,
  switchedLater,
  switchedNow,
  switchGoal,
  type PowerSetModeData,
} from '../../src/core/jetson/power-switch-result.js';
import { powerSwitchProbe } from '../../src/core/probes/power-switch.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Inverse, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { sendNvpmodel } from '../send-nvpmodel.js';

const input = z.strictObject({
  mode: z
    .union([z.string().min(1).max(40), z.number().min(0).max(1000)])
    .describe("15W, MAXN, watts or id, of the device's own."),
  reboot: z.boolean().optional().describe('true: also where unforeseen. false: never.'),
});
type Args = z.output<typeof input>;
type Plan = SwitchPlan & Pick<Prepared, 'awaits' | 'resolved'>;

/** Switches a board's power mode, through a reboot where the mode takes one. */
export class PowerSetMode extends BaseChangeTool<typeof input, typeof powerSetModeData, Plan> {
  override readonly spec = {
    name: 'power_set_mode',
    area: 'hardware',
    title: 'Set the power mode',
    description:
      'Switch the power mode (nvpmodel). The plan says whether the board reboots and why; jetfleet waits and verifies. Ask power_modes first.',
    effect: 'disrupt',
    resolves: ['mode'],
    idempotent: true,
    input,
    output: powerSetModeData,
  } as const;

  override async prepare({ mode, reboot }: Args, device: Device, call: Call): Promise<Plan> {
    const state = await device.ask(powerSwitchProbe, call.signal);
    const change = powerSwitch(state, mode, reboot);
    const plan = switchPlan(change, state);
    if (plan.steps.length > 0) await needsRoot(device, call);
    const { name: is } = change.mode;
    return { ...plan, resolved: { mode: { is, also: otherNames(change.conf, change.mode) } } };
  }

  override async perform(
    _args: Args,
    { goal, steps }: Plan,
    device: Device,
    call: Call,
  ): Promise<PowerSetModeData | undefined> {
    const [step] = steps;
    const mayReboot = goal.reboots !== 'never';
    const outcome = step ? await sendNvpmodel(step, device, mayReboot, call.signal) : 'silent';
    if (outcome === 'rebooting') return undefined;
    return switchedNow(goal, outcome, await device.ask(powerSwitchProbe, call.signal));
  }

  async settle({ state }: Awaits, device: Device, call: Call): Promise<PowerSetModeData | undefined> {
    return switchedLater(switchGoal.parse(state), await device.ask(powerSwitchProbe, call.signal));
  }

  inverse({ reboot }: Args, { goal: { from } }: Plan): Inverse | undefined {
    // A board that may ask for a reboot on the way may ask for one on the way back. One that masks take is foreseen there too.
    const mayReboot = reboot === true ? { reboot } : {};
    return from === null ? undefined : { tool: this.spec.name, arguments: { mode: from, ...mayReboot } };
  }
}
