import { z } from 'zod';
import { copyWords } from '../../src/core/docker/copy-plan.js';
import { withTag } from '../../src/core/docker/image-reference.js';
import { imageQuestion } from '../../src/core/docker/image-state.js';
import { pulledData, pulledOf, type Pulled } from '../../src/core/docker/pull-plan.js';
import { Failure } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call, Look } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { countedBytes } from '../counted-bytes.js';
import { prepareCopy, type CopyPlan } from '../prepare-copy.js';
import { imageArg } from '../run-args.js';

const input = z.strictObject({
  image: imageArg.refine((image) => !image.includes('@'), 'Write name:tag: under a digest alone no image is kept.'),
  from: z.string().min(1).max(128).describe('Device that has it.'),
});
const state = z.object({ image: z.string(), id: z.string() });
type Args = z.output<typeof input>;

/** Brings an image from another device. */
export class ImageCopy extends BaseChangeTool<typeof input, typeof pulledData, CopyPlan> {
  override readonly spec = {
    name: 'image_copy',
    area: 'container',
    title: 'Copy an image from another device',
    description:
      'Copy a container image from the device `from` through the SSH links, without a registry, and compare its id: for boards without internet, or images built on one of them. ' +
      'This server does the work, and a copy ends where the server ends.',
    effect: 'disrupt',
    idempotent: true,
    input,
    output: pulledData,
    same: ['image', 'id', 'says'],
  } as const;

  override prepare(args: Args, device: Device, call: Call): Promise<CopyPlan> {
    return prepareCopy(args, device, call);
  }

  override async perform(args: Args, plan: CopyPlan, device: Device, call: Call): Promise<Pulled> {
    const { from } = args;
    const image = withTag(args.image);
    for (const step of plan.steps) {
      if (step.docker !== 'load') {
        await device.docker.send(step, call.signal);
        continue;
      }
      const tar = (await call.peer(from)).docker.save(image, call.signal);
      const tell = (bytes: number): void => call.progress(copyWords(bytes, plan.sizeBytes));
      await device.docker.load(
        step,
        countedBytes(tar, () => call.now(), tell),
        call.signal,
      );
    }
    const now = await device.docker.ask(imageQuestion(image), call.signal);
    if (now === undefined) throw new Failure('command_failed', 'The image is gone again.', { retry: 'check_first' });
    return pulledOf(
      image,
      now,
      plan.steps.length === 0 ? 'It was there already.' : `It is there, the same as on ${from}.`,
    );
  }

  async settle(awaits: Awaits, device: Device, look: Look): Promise<Pulled | undefined> {
    const { image, id } = state.parse(awaits.state);
    const now = await device.docker.ask(imageQuestion(image), look.signal);
    if (now?.id === id) return pulledOf(image, now, 'It is there, the same as on the other device.');
    // What the engine had received whole it may still be unpacking.
    if (look.reachedForMs < 120_000) return undefined;
    throw new Failure('command_failed', 'The server that copied was ended before the image was whole.', {
      hint: 'The engine keeps nothing of half an image. Call again.',
      retry: 'yes',
    });
  }
}
