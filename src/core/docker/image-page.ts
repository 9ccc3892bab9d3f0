import { z } from 'zod';
import { Failure } from '../errors.js';
import { dataChars, firstThatFit } from '../probes/fitting.js';
import type { ListedContainer } from './container-rows.js';
import { imageData, imageRow, usersOf, type ListedImage } from './image-rows.js';

/** Which images, by the containers made of them. */
export const imageKinds = ['all', 'used', 'unused', 'dangling'] as const;

/** What image_list answers. */
export const imagesData = z.object({
  total: z
    .object({
      images: z.number(),
      bytes: z.number(),
      unused: z.number(),
      unusedBytes: z.number(),
      dangling: z.number(),
    })
    .describe('Of all images. Layers that images share count for each.'),
  images: z.array(imageRow).describe('Largest first.'),
  more: z.number().optional().describe('That fit and follow.'),
  next: z.string().optional().describe('Give it as `after` for them.'),
});
export type Images = z.output<typeof imagesData>;

export interface ImagesWish {
  readonly which: (typeof imageKinds)[number];
  /** Text in a tag, in any case. */
  readonly name?: string | undefined;
  readonly limit: number;
  /** Only images that come after the one of this short id. */
  readonly after?: string | undefined;
}

const bytes = (images: readonly ListedImage[]): number => images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** The images that are asked for, as many as fit, with what is counted over all. */
export function imagesPage(
  all: readonly ListedImage[],
  containers: readonly ListedContainer[],
  { which, name, limit, after }: ImagesWish,
): Images {
  const isUsed = (image: ListedImage): boolean => usersOf(image, containers).length > 0;
  const unused = all.filter((image) => !isUsed(image));
  const dangling = all.filter(({ tags }) => tags.length === 0);
  const total = {
    images: all.length,
    bytes: bytes(all),
    unused: unused.length,
    unusedBytes: bytes(unused),
    dangling: dangling.length,
  };
  const wanted = name?.toLowerCase();
  const matching = { all, used: all.filter(isUsed), unused, dangling }[which].filter(
    ({ tags }) => wanted === undefined || tags.some((tag) => tag.toLowerCase().includes(wanted)),
  );
  const start = after === undefined ? 0 : matching.findIndex(({ id }) => id.slice(7, 19) === after) + 1;
  if (after !== undefined && start === 0)
    throw new Failure('invalid_input', 'after: this device has no such image any more.', {
      hint: 'Begin without it.',
      retry: 'yes',
    });
  const rows = matching.slice(start, start + limit).map((image) => imageData(image, containers));
  const images = firstThatFit(rows, dataChars - 300);
  const more = matching.length - start - images.length;
  return { total, images, ...(more > 0 && { more, next: images.at(-1)?.id ?? '' }) };
}
