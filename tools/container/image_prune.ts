import { z } from 'zod';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import { prunePlan, removalData, type Removal, type RemovalPlan } from '../../src/core/docker/image-removal.js';
import { imagesQuestion } from '../../src/core/docker/image-rows.js';
import { clockProbe } from '../../src/core/probes/clock.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { removeImages, whatWasRemoved } from '../remove-images.js';

const input = z.strictObject({
  which: z
    .enum(['dangling', 'unused'])
    .default('dangling')
    .describe('dangling: of no name. unused: all of which no container is made.'),
  olderThanDays: z.int().min(1).max(3650).optional().describe('Only those built longer ago.'),
});
type Args = z.output<typeof input>;

const dayMs = 86_400_000;

/** Removes the images that nobody uses: those of the plan, by name, and no others. */
export class ImagePrune extends BaseChangeTool<typeof input, typeof removalData, RemovalPlan> {
  override readonly spec = {
    name: 'image_prune',
    area: 'container',
    title: 'Remove unused images',
    description:
      'Free disk: remove dangling images, or all that no container uses, running or not. The plan names each and says how much comes free. ' +
      'For one image use image_remove.',
    effect: 'disrupt',
    input,
    output: removalData,
    same: ['removed', 'kept'],
    spread: ['freedBytes'],
  } as const;

  override async prepare({ which, olderThanDays }: Args, device: Device, { signal }: Call): Promise<RemovalPlan> {
    const [images = [], containers = []] = await Promise.all([
      device.docker.ask(imagesQuestion(true), signal),
      device.docker.ask(containersQuestion, signal),
    ]);
    const beforeMs =
      olderThanDays === undefined ? undefined : (await device.ask(clockProbe, signal)) - olderThanDays * dayMs;
    return prunePlan(images, containers, { which, beforeMs });
  }

  override async perform(_args: Args, plan: RemovalPlan, device: Device, call: Call): Promise<Removal> {
    return removeImages(plan, device, call);
  }

  async settle({ state }: Awaits, device: Device, call: Call): Promise<Removal | undefined> {
    return whatWasRemoved(state, device, call);
  }
}
