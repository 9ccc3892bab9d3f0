import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { Failure } from '../../src/core/errors.js';
import { haltCommand, shutdownData, shutdownEnds, shutdownSentence } from '../../src/core/jetson/halt.js';
import { bootProbe, haltProbe } from '../../src/core/probes/boot.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { needsRoot } from '../needs-root.js';
import { pause } from '../pause.js';
import { runHalt } from '../run-halt.js';

const input = z.strictObject({});
type Args = z.output<typeof input>;
type Plan = Prepared & { readonly steps: readonly Command[] };

/** What is left of the call for its answer. */
const spareMs = 2000;

/** Switches a device off. */
export class SystemShutdown extends BaseChangeTool<typeof input, typeof shutdownData, Plan> {
  override readonly spec = {
    name: 'system_shutdown',
    area: 'system',
    title: 'Switch a device off',
    description:
      'Power the device off. No one can wake it remotely: somebody has to press its button or cycle its power. For a restart use system_reboot.',
    effect: 'disrupt',
    input,
    output: shutdownData,
    same: ['off', 'says'],
  } as const;
  readonly #betweenLooksMs: number;

  constructor(betweenLooksMs = 2000) {
    super();
    this.#betweenLooksMs = betweenLooksMs;
  }

  override async prepare(_args: Args, device: Device, call: Call): Promise<Plan> {
    const state = await device.ask(haltProbe, call.signal);
    await needsRoot(device, call);
    const basis = { bootId: state.bootId ?? null };
    return { says: shutdownSentence(state), steps: [haltCommand(state, 'poweroff')], basis };
  }

  override async perform(
    _args: Args,
    { steps }: Plan,
    device: Device,
    call: Call,
  ): Promise<z.output<typeof shutdownData>> {
    await runHalt(steps, device, call.signal);
    let unanswered = 0;
    do {
      await pause(this.#betweenLooksMs, call.signal);
      // A look opens the link anew, so that one that was only cut does not count; nor does one that was only slow.
      unanswered = (await this.#answers(device, call)) ? 0 : unanswered + 1;
      if (unanswered === 2) return shutdownEnds.off;
    } while (call.now() + this.#betweenLooksMs + spareMs < call.deadlineMs);
    return shutdownEnds.held;
  }

  /** Here a device that cannot be reached is the answer that is hoped for. */
  async #answers(device: Device, { signal }: Call): Promise<boolean> {
    try {
      await device.ask(bootProbe, signal);
      return true;
    } catch (error) {
      const isGone = error instanceof Failure && ['unreachable', 'timeout', 'auth_failed'].includes(error.kind);
      if (!isGone || signal.aborted) throw error;
      return false;
    }
  }
}
