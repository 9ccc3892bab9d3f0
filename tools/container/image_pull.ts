import { z } from 'zod';
import type { Command } from '../../src/core/command.js';
import { imageQuestion } from '../../src/core/docker/image-state.js';
import { checkPulls, pulledData, pulledOf, pullSays, type Pulled } from '../../src/core/docker/pull-plan.js';
import { Failure } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Prepared } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { lookAtPull } from '../look-at-pull.js';
import { preparePull, pullStateOf } from '../prepare-pull.js';
import { imageArg } from '../run-args.js';
import { serverPulls } from '../pull-turns.js';

const input = z.strictObject({
  image: imageArg,
  always: z.boolean().default(false).describe('Ask the registry although it is there: the tag may have moved.'),
  parallel: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Devices of a site (label `site`) that pull at a time.'),
  anyway: z.boolean().default(false).describe('Although the disk seems too small.'),
});
type Args = z.output<typeof input>;
/** None, or the job and what ends it where the client takes the call back. */
type Plan = Prepared & { readonly steps: readonly Command[] };

/** Pulls an image from its registry. */
export class ImagePull extends BaseChangeTool<typeof input, typeof pulledData, Plan> {
  override readonly spec = {
    name: 'image_pull',
    area: 'container',
    title: 'Pull an image',
    description:
      'Pull a container image as a job that survives link and server; says size, room on the disk and a wrong architecture beforehand, and the digest afterwards. A cut pull keeps its finished layers: call again. ' +
      'ai_match names images that fit; image_copy needs no registry.',
    effect: 'change',
    idempotent: true,
    input,
    output: pulledData,
    same: ['image', 'id', 'digest', 'says'],
  } as const;

  override async prepare(args: Args, device: Device, call: Call): Promise<Plan> {
    const { facts, steps, asRoot } = await preparePull(args, device, call);
    const { image, present } = facts;
    if (present !== undefined && !args.always) return { says: `It is there already: ${image}.`, steps: [] };
    checkPulls([facts], args.anyway);
    const overdue = {
      message: 'The pull was not seen to end within a day.',
      hint: 'job_output with the id of this change has what it printed.',
    };
    const state = pullStateOf(facts, args.parallel, asRoot);
    return {
      says: pullSays(facts, args.parallel, asRoot),
      steps,
      awaits: { state, says: `pulls ${image}`, patienceMs: 86_400_000, overdue, afterwards: [steps[0]] },
    };
  }

  override async perform(args: Args, { steps, awaits }: Plan, device: Device, call: Call): Promise<Pulled | undefined> {
    if (awaits !== undefined && steps.length > 0) return lookAtPull(awaits, serverPulls, device, call);
    const there = await device.docker.ask(imageQuestion(args.image), call.signal);
    if (there === undefined) throw new Failure('command_failed', 'The image was there and is gone.', { retry: 'yes' });
    return pulledOf(args.image, there, 'It was there already.');
  }

  async withdraw({ steps: [, stop] }: Plan, device: Device, call: Call): Promise<void> {
    serverPulls.giveUp(device, call);
    if (stop !== undefined) await device.run(stop, call.signal);
  }

  settle(awaits: Awaits, device: Device, call: Call): Promise<Pulled | undefined> {
    return lookAtPull(awaits, serverPulls, device, call);
  }
}
