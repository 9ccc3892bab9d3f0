import { z } from 'zod';
import { isoOfMs } from '../iso-time.js';
import { present } from '../linux/present.js';
import { cleanName } from '../untrusted.js';
import type { ListedContainer } from './container-rows.js';
import { isImageReference, sha256Pattern } from './image-reference.js';
import { listOf, number, readAnswer } from './lenient.js';
import type { DockerQuestion } from './request.js';

/** One image of an engine. */
export interface ListedImage {
  /** `sha256:...` */
  readonly id: string;
  /** `name:tag`, only such as Docker itself gives. */
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** In layers that other images have too, where the engine tells. */
  readonly sharedBytes?: number | undefined;
  /** When it was built, milliseconds since 1970. */
  readonly createdMs?: number | undefined;
}

const row = z.object({
  Id: z.string(),
  RepoTags: listOf(z.string()),
  RepoDigests: listOf(z.string()),
  Created: number,
  Size: number,
  SharedSize: number,
});

function listed({ Id, RepoTags, RepoDigests, Created, Size, SharedSize }: z.output<typeof row>): ListedImage[] {
  const id = Id.startsWith('sha256:') ? Id : `sha256:${Id}`;
  if (!sha256Pattern.test(id)) return [];
  const digests = RepoDigests.map((each) => each.slice(each.indexOf('@') + 1)).filter((each) =>
    sha256Pattern.test(each),
  );
  const image = present({
    id,
    tags: RepoTags.filter(isImageReference).sort(),
    digests: [...new Set(digests)].sort(),
    sizeBytes: Size ?? 0,
    sharedBytes: SharedSize !== undefined && SharedSize >= 0 ? SharedSize : undefined,
    createdMs: Created === undefined || Created <= 0 ? undefined : Created * 1000,
  });
  return [image];
}

/** Every image that is not only a layer of another, the largest first. */
export function imagesQuestion(withShared: boolean): DockerQuestion<ListedImage[]> {
  return {
    name: 'images',
    path: '/images/json',
    ...(withShared && { query: { 'shared-size': 'true' } }),
    parse: (answer) =>
      readAnswer(z.array(z.unknown()), answer)
        .flatMap((each) => row.safeParse(each).data ?? [])
        .flatMap(listed)
        .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.id < b.id ? -1 : 1)),
  };
}

/** An image as people call it: its first tag, else the beginning of its id. */
export function imageName({ id, tags }: Pick<ListedImage, 'id' | 'tags'>): string {
  return tags[0] ?? id.slice(7, 19);
}

/** The containers made of an image, whatever their state. */
export function usersOf({ id, tags }: ListedImage, containers: readonly ListedContainer[]): ListedContainer[] {
  return containers.filter(({ imageId, image }) =>
    imageId === '' ? tags.includes(image) : imageId.replace('sha256:', '') === id.slice(7),
  );
}

export const imageRow = z.object({
  id: z.string(),
  tags: z.array(z.string()).describe('None: dangling, of no name.'),
  digests: z.array(z.string()).optional(),
  sizeBytes: z.number(),
  builtAt: z.string().optional(),
  usedBy: z.array(z.string()).optional().describe('Containers made of it, those that run first.'),
  jetfleet: z.literal(true).optional().describe('A container that jetfleet made uses it.'),
});

/** An image as an answer tells it. */
export function imageData(image: ListedImage, containers: readonly ListedContainer[]): z.output<typeof imageRow> {
  const users = usersOf(image, containers).sort(
    (a, b) => Number(b.state === 'running') - Number(a.state === 'running'),
  );
  const { id, tags, digests, sizeBytes, createdMs } = image;
  return present({
    id: cleanName(id.slice(7), 12),
    tags: tags.slice(0, 10),
    digests: digests.length === 0 ? undefined : digests.slice(0, 2),
    sizeBytes,
    builtAt: createdMs === undefined ? undefined : isoOfMs(createdMs),
    usedBy: users.length === 0 ? undefined : users.slice(0, 10).map(({ name }) => name),
    jetfleet: users.some(({ jetfleet }) => jetfleet !== undefined) ? (true as const) : undefined,
  });
}
