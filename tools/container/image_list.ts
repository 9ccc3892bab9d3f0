import { z } from 'zod';
import { containersQuestion } from '../../src/core/docker/container-rows.js';
import { imageKinds, imagesData, imagesPage, type Images } from '../../src/core/docker/image-page.js';
import { imagesQuestion } from '../../src/core/docker/image-rows.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { grepArg, limitArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({
  name: grepArg.optional().describe('Text in a tag.'),
  which: z
    .enum(imageKinds)
    .default('all')
    .describe('used, unused: by containers, running or not; dangling: of no name.'),
  limit: limitArg(30, 500),
  after: z.string().max(64).optional().describe('`next` of an earlier answer.'),
});

/** Lists the images of a device. */
export class ImageList extends BaseReadTool<typeof input, typeof imagesData> {
  override readonly spec = {
    name: 'image_list',
    area: 'container',
    title: 'List images',
    description:
      'Container images with size, tags, digests and the containers that use them. image_prune frees the space of unused ones, image_pull brings others.',
    effect: 'read',
    input,
    output: imagesData,
    same: ['images.*.tags', 'images.*.id'],
    spread: ['total.images', 'total.bytes', 'total.unusedBytes'],
  } as const;

  override async read(args: z.output<typeof input>, device: Device, { signal }: Call): Promise<Images> {
    const [images = [], containers = []] = await Promise.all([
      device.docker.ask(imagesQuestion(false), signal),
      device.docker.ask(containersQuestion, signal),
    ]);
    return imagesPage(images, containers, args);
  }
}
