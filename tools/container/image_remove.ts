import { z } from 'zod';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import { removalData, removePlan, type Removal, type RemovalPlan } from '../../src/core/docker/image-removal.js';
import { imagesQuestion } from '../../src/core/docker/image-rows.js';
import { imageQuestion } from '../../src/core/docker/image-state.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, Call } from '../../src/ports/tool.js';
import { BaseChangeTool } from '../base-tool.js';
import { imageArg, noSuchImage } from '../image-args.js';
import { removeImages, whatWasRemoved } from '../remove-images.js';

const input = z.strictObject({ image: imageArg });
type Args = z.output<typeof input>;

/** Removes one image. */
export class ImageRemove extends BaseChangeTool<typeof input, typeof removalData, RemovalPlan> {
  override readonly spec = {
    name: 'image_remove',
    area: 'container',
    title: 'Remove an image',
    description:
      'Remove one image, or one of its names where it has several. Refused while containers are made of it, and says which. For all unused ones use image_prune.',
    effect: 'disrupt',
    resolves: ['image'],
    input,
    output: removalData,
    same: ['removed', 'kept', 'says'],
    spread: ['freedBytes'],
  } as const;

  override async prepare({ image }: Args, device: Device, { signal }: Call): Promise<RemovalPlan> {
    const asked = await device.docker.ask(imageQuestion(image), signal);
    const [images = [], containers = []] = await Promise.all([
      device.docker.ask(imagesQuestion(true), signal),
      device.docker.ask(containersQuestion, signal),
    ]);
    const found = images.find((each) => each.id === asked?.id);
    if (found === undefined) throw noSuchImage();
    return removePlan(image, found, containers);
  }

  override async perform(_args: Args, plan: RemovalPlan, device: Device, call: Call): Promise<Removal> {
    return removeImages(plan, device, call);
  }

  async settle({ state }: Awaits, device: Device, call: Call): Promise<Removal | undefined> {
    return whatWasRemoved(state, device, call);
  }
}
