import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { cpuGovernors, governorSentence, mustHaveTaken, policiesToChange } from '../../src/core/linux/cpu-governors.js';
import { cpuGovernorsProbe } from '../../src/core/probes/cpu-governors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Inverse, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { runSteps } from '../run-steps.js';

const input = z.strictObject({ governor: z.enum(cpuGovernors) });
const output = z.object({
  policies: z.array(z.object({ cores: z.array(z.int()), governor: z.string() })).describe('As read back.'),
  says: z.string(),
});
type Args = z.output<typeof input>;
interface Change extends Prepared {
  readonly steps: readonly Command[];
  /** The governor before, where all cores had the same. */
  readonly before: string | undefined;
}

/** Sets the governor of every cpufreq policy, and reads it back. */
export class CpuSetGovernor extends BaseChangeTool<typeof input, typeof output, Change> {
  override readonly spec = {
    name: 'cpu_set_governor',
    area: 'hardware',
    title: 'Set the CPU governor',
    description:
      'Set how the CPU clock follows the load, on every cluster: schedutil (usual), performance (always highest), powersave and others the kernel offers. ' +
      'Lost at a reboot. To hold all clocks for a benchmark use clocks_set; for lower limits power_set_mode.',
    effect: 'change',
    idempotent: true,
    input,
    output,
  } as const;

  override async prepare({ governor }: Args, device: Device, call: Call): Promise<Change> {
    const policies = await device.ask(cpuGovernorsProbe, call.signal);
    const changed = policiesToChange(policies, governor);
    const had = [...new Set(policies.map((policy) => policy.governor))];
    const told = {
      says: governorSentence(changed, governor),
      basis: { governors: had.map((each) => each ?? 'unknown').join(', ') },
      before: had.length === 1 ? had[0] : undefined,
    };
    if (changed.length === 0) return { ...told, steps: [] };
    await needsRoot(device, call);
    const argv = ['tee', ...changed.map(({ path }) => `${path}/scaling_governor`)] as const;
    return { ...told, steps: [{ argv, sudo: true, stdin: `${governor}\n` }] };
  }

  override async perform(
    { governor }: Args,
    { steps }: Change,
    device: Device,
    call: Call,
  ): Promise<z.output<typeof output>> {
    await runSteps(steps, device, call.signal);
    const policies = await device.ask(cpuGovernorsProbe, call.signal);
    mustHaveTaken(policies, governor);
    return {
      policies: policies.map(({ cores }) => ({ cores: [...cores], governor })),
      says: `The CPU governor is ${governor}, until the next reboot.`,
    };
  }

  inverse(_args: Args, { before }: Change): Inverse | undefined {
    return before === undefined ? undefined : { tool: this.spec.name, arguments: { governor: before } };
  }
}
