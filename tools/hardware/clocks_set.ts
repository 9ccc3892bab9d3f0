import { z } from 'zod';
import { clocksData, type ClocksData } from '../../src/core/jetson/clocks-data.js';
import { clocksGoals, clocksPlan, clocksReached, type ClocksPlan } from '../../src/core/jetson/clocks-plan.js';
import { clocksSettingProbe } from '../../src/core/probes/clocks-setting.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Inverse } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { runSteps } from '../run-steps.js';

const input = z.strictObject({
  state: z.enum(clocksGoals).describe('max: held at the highest. restore: as they were before.'),
});
type Args = z.output<typeof input>;

/** Holds a board's clocks at their highest, or lets them scale again. */
export class ClocksSet extends BaseChangeTool<typeof input, typeof clocksData, ClocksPlan> {
  override readonly spec = {
    name: 'clocks_set',
    area: 'hardware',
    title: 'Set the clocks',
    description:
      'Hold CPU, GPU and memory clocks at the highest of the power mode (jetson_clocks), after storing the present settings; or restore what was stored. ' +
      'For benchmarks and steady latency; warmer, and lost at a reboot. For the limits themselves use power_set_mode.',
    effect: 'change',
    idempotent: true,
    input,
    output: clocksData,
    spread: ['cpu.*.currentMHz', 'gpu.*.currentMHz', 'emc.currentMHz', 'engines.*.currentMHz'],
  } as const;

  override async prepare({ state }: Args, device: Device, call: Call): Promise<ClocksPlan> {
    await needsRoot(device, call);
    return clocksPlan(state, await device.ask(clocksSettingProbe, call.signal));
  }

  override async perform({ state }: Args, { steps }: ClocksPlan, device: Device, call: Call): Promise<ClocksData> {
    await runSteps(steps, device, call.signal);
    return clocksReached(state, await device.ask(clocksSettingProbe, call.signal));
  }

  inverse(_args: Args, { back }: ClocksPlan): Inverse | undefined {
    return back && { tool: this.spec.name, arguments: { state: back } };
  }
}
