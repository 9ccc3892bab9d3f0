import { z } from 'zod';
import { Failure } from '../errors.js';
import type { OwnNames } from '../policy/own-names.js';
import type { ListedContainer } from './container-rows.js';
import { imageName, usersOf, type ListedImage } from './image-rows.js';
import { withTag } from './image-reference.js';
import { sizeWords } from './image-state.js';
import { enginePath, type DockerRequest } from './request.js';

const wanted = z.object({ id: z.string(), name: z.string(), refs: z.array(z.string()), frees: z.number() });
/** What is kept while images are being removed. */
export const removalGoal = z.object({ images: z.array(wanted) });
export type RemovalGoal = z.output<typeof removalGoal>;

/** What image_remove and image_prune answer. */
export const removalData = z.object({
  removed: z.array(z.string()),
  kept: z.array(z.object({ image: z.string(), why: z.string() })).optional(),
  freedBytes: z.number().optional().describe('Of layers that no other image has.'),
  says: z.string(),
});
export type Removal = z.output<typeof removalData>;

/** What will be removed. */
export interface RemovalPlan {
  readonly says: string;
  readonly steps: readonly DockerRequest[];
  readonly basis: Readonly<Record<string, string>>;
  readonly resolved?: OwnNames;
  readonly awaits?: {
    readonly state: RemovalGoal;
    readonly says: string;
    readonly patienceMs: number;
    readonly outlives: true;
    readonly overdue: { readonly message: string; readonly hint: string };
  };
}

/** A deletion of many large layers takes minutes on an SD card. */
const perImageMs = 300_000;

const stepOf = (ref: string): DockerRequest => ({
  docker: 'DELETE',
  path: enginePath('images', ref),
  timeoutMs: perImageMs,
});

const ownBytes = ({ sizeBytes, sharedBytes }: ListedImage): number => Math.max(0, sizeBytes - (sharedBytes ?? 0));
const total = (images: readonly ListedImage[], of: (image: ListedImage) => number): number =>
  images.reduce((sum, image) => sum + of(image), 0);

function planFor(images: readonly (ListedImage & { readonly refs: readonly string[] })[], says: string): RemovalPlan {
  const goal = images.map((image) => {
    const { id, refs, tags } = image;
    const whole = refs.length >= tags.length;
    return {
      id,
      name: refs.length === 1 && tags.length > 0 ? (refs[0] ?? id) : imageName(image),
      refs: [...refs],
      frees: whole ? ownBytes(image) : 0,
    };
  });
  const count = images.length === 1 ? 'an image' : `${images.length} images`;
  return {
    says,
    steps: goal.flatMap(({ refs }) => refs.map(stepOf)),
    // A name may come to mean another image before the plan is carried out.
    basis: Object.fromEntries(goal.map(({ name, id }) => [name, id.slice(7, 19)])),
    awaits: {
      state: { images: goal },
      says: `removes ${count}`,
      patienceMs: Math.min(3_600_000, perImageMs * images.length),
      outlives: true,
      overdue: { message: 'The engine did not remove them in time.', hint: 'image_list tells what is left.' },
    },
  };
}

/** The plan to remove one image, or one of its names. Throws where containers use it. */
export function removePlan(asked: string, image: ListedImage, containers: readonly ListedContainer[]): RemovalPlan {
  const { id, tags, digests } = image;
  const tag = tags.find((each) => [each, each.replace(/^docker\.io\/(?:library\/)?/, '')].includes(withTag(asked)));
  const onlyName = tag !== undefined && tags.length > 1;
  const resolved = {
    image: { is: tag ?? imageName(image), also: [...tags, ...digests, id, id.slice(7), id.slice(7, 19)] },
  };
  const refs = tag === undefined ? (tags.length > 0 ? tags : [id]) : [tag];
  if (onlyName)
    return {
      ...planFor([{ ...image, refs }], `Takes the name ${tag} from image ${id.slice(7, 19)}, which keeps its others.`),
      resolved,
    };
  const users = usersOf(image, containers);
  if (users.length > 0) throw inUse(users);
  const says = `Removes image ${imageName(image)} (${sizeWords(image.sizeBytes)}, of which ${sizeWords(ownBytes(image))} ${image.sharedBytes === undefined ? 'at most' : 'are its own and'} come free). To have it again it must be pulled or built.`;
  return { ...planFor([{ ...image, refs }], says), resolved };
}

function inUse(users: readonly ListedContainer[]): Failure {
  const named = users.slice(0, 5).map(({ name, state }) => `${name} (${state})`);
  const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
  return new Failure('unsupported', `Containers are made of this image: ${named.join(', ')}${more}.`, {
    hint: 'Remove them first with container_control, if nobody needs them.',
    retry: 'no',
  });
}

export interface PruneWish {
  readonly which: 'dangling' | 'unused';
  /** Built before it; milliseconds since 1970 by the device's clock. */
  readonly beforeMs?: number | undefined;
}

/** So many images in one plan, which a person is to read. */
const most = 60;

/** The plan to remove all images of a kind that no container uses, each by its name. */
export function prunePlan(
  images: readonly ListedImage[],
  containers: readonly ListedContainer[],
  { which, beforeMs }: PruneWish,
): RemovalPlan {
  const chosen = images
    .filter(({ tags }) => which === 'unused' || tags.length === 0)
    .filter(({ createdMs }) => beforeMs === undefined || (createdMs !== undefined && createdMs < beforeMs))
    .filter((image) => usersOf(image, containers).length === 0);
  if (chosen.length === 0) return { says: 'Nothing to do: there is no such image.', steps: [], basis: {} };
  const some = chosen.slice(0, most);
  const own = total(some, ownBytes);
  const known = some.every(({ sharedBytes }) => sharedBytes !== undefined);
  const rest = chosen.length > most ? ` ${chosen.length - most} more are left for another call.` : '';
  const names = some.map((image) => `${imageName(image)} (${sizeWords(image.sizeBytes)})`).join(', ');
  const frees = known
    ? `${sizeWords(own)} at least come free, ${sizeWords(total(some, ({ sizeBytes }) => sizeBytes))} at most, as images share layers`
    : `${sizeWords(own)} at most come free, as images share layers`;
  const says = `Removes ${some.length === 1 ? '1 image' : `${some.length} images`} that no container uses: ${names}. ${frees}.${rest}`;
  return planFor(
    some.map((image) => ({ ...image, refs: image.tags.length > 0 ? image.tags : [image.id] })),
    says,
  );
}

/** What came of it, from the images that are there now. */
export function removed({ images }: RemovalGoal, left: readonly ListedImage[]): Removal {
  const isLeft = ({ id, refs }: RemovalGoal['images'][number]): boolean =>
    left.some((image) => image.id === id && refs.some((ref) => ref === id || image.tags.includes(ref)));
  const gone = images.filter((each) => !isLeft(each));
  const kept = images.filter(isLeft);
  const freedBytes = gone.reduce((sum, { frees }) => sum + frees, 0);
  const why = 'a container uses it by now, other images are built on it, or the work was cut off';
  return {
    removed: gone.map(({ name }) => name),
    ...(kept.length > 0 && { kept: kept.map(({ name }) => ({ image: name, why })) }),
    freedBytes,
    says: `${gone.length} of ${images.length} removed; ${sizeWords(freedBytes)} of layers came free that no other image has.`,
  };
}
