import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { Failure } from '../../src/core/errors.js';
import {
  haltCommand,
  rebootData,
  rebootGoal,
  rebootSentence,
  restarted,
  restartPatience,
  type RebootData,
  type RebootGoal,
} from '../../src/core/jetson/halt.js';
import { bootProbe, haltProbe } from '../../src/core/probes/boot.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { runHalt } from '../run-halt.js';

const input = z.strictObject({});
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly Command[] };

/** Restarts a device and sees it back. */
export class SystemReboot extends BaseChangeTool<typeof input, typeof rebootData, Plan> {
  override readonly spec = {
    name: 'system_reboot',
    area: 'system',
    title: 'Restart a device',
    description:
      'Restart the device, wait until it is back and prove it by the boot id. The plan says what is running and will be ended. Boards take one to several minutes: job_output then tells how it stands.',
    effect: 'disrupt',
    input,
    output: rebootData,
    same: ['rebooted', 'says'],
    spread: ['backAfterSeconds', 'uptimeSeconds'],
  } as const;

  override async prepare(_args: Args, device: Device, call: Call): Promise<Plan> {
    const state = await device.ask(haltProbe, call.signal);
    const { bootId, stopping } = state;
    if (bootId === undefined)
      throw new Failure('unsupported', 'This device shows no boot id, by which a restart is proven.', { retry: 'no' });
    if (stopping)
      throw new Failure('command_failed', 'The device is already on its way down.', {
        hint: 'Look again in a minute.',
        retry: 'yes',
      });
    await needsRoot(device, call);
    const goal: RebootGoal = { bootId, toldAtMs: call.now() };
    return {
      says: rebootSentence(state),
      steps: [haltCommand(state, 'reboot')],
      basis: { bootId },
      awaits: { state: goal, says: 'reboots', ...restartPatience(state) },
    };
  }

  override async perform(_args: Args, { steps }: Plan, device: Device, { signal }: Call): Promise<undefined> {
    await runHalt(steps, device, signal);
  }

  async settle(awaits: Awaits, device: Device, call: Call): Promise<RebootData | undefined> {
    return restarted(rebootGoal.parse(awaits.state), await device.ask(bootProbe, call.signal), call.now());
  }
}
