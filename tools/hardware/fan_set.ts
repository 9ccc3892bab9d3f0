import { z } from 'zod';
import { fanData, type FanData } from '../../src/core/jetson/fan-data.js';
import { fanGoal, fanReached } from '../../src/core/jetson/fan-goal.js';
import { fanPlan, profileNamed, type FanPlan } from '../../src/core/jetson/fan-plan.js';
import { fanControlProbe } from '../../src/core/probes/fan-control.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Inverse, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { runSteps } from '../run-steps.js';

const input = z.strictObject({
  speed: z.int().min(0).max(100).optional().describe('Percent, fixed: nothing raises it when the board gets hot.'),
  profile: z.string().min(1).max(32).optional().describe("automatic, or one of the device's own: quiet, cool."),
});
type Args = z.output<typeof input>;
type Plan = FanPlan & Pick<Prepared, 'resolved'>;

/** Gives a board's fan a profile or a fixed speed, and reads it back. */
export class FanSet extends BaseChangeTool<typeof input, typeof fanData, Plan> {
  override readonly spec = {
    name: 'fan_set',
    area: 'hardware',
    title: 'Set the fan',
    description:
      'Give the fan a profile that follows the temperature, or a fixed speed; whichever driver the board has. Refuses a speed below the quiet curve while the board is hot. ' +
      'A fixed speed is lost at a reboot; a profile of nvfancontrol stays. See fan_status.',
    effect: 'change',
    idempotent: true,
    resolves: ['profile'],
    input,
    output: fanData,
    same: ['hasFan', 'controlledBy', 'profile', 'profileIs', 'control'],
    spread: ['fans.*.percent', 'fans.*.rpm'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const goal = fanGoal(args);
    await needsRoot(device, call);
    const control = await device.ask(fanControlProbe, call.signal);
    const plan = fanPlan(goal, control, call.temperatureLimits);
    if ('speed' in goal) return plan;
    return { ...plan, resolved: { profile: { is: profileNamed(goal.profile, control), also: [goal.profile] } } };
  }

  override async perform(args: Args, { steps }: Plan, device: Device, call: Call): Promise<FanData> {
    await runSteps(steps, device, call.signal);
    return fanReached(fanGoal(args), await device.ask(fanControlProbe, call.signal));
  }

  inverse(_args: Args, { before }: Plan): Inverse | undefined {
    return before === undefined ? undefined : { tool: this.spec.name, arguments: before };
  }
}
