import { z } from 'zod';
import { Failure } from '../errors.js';
import { registryOf } from './image-reference.js';
import { sizeWords, type ImageState } from './image-state.js';
import type { Offer } from './manifest.js';

/** What image_pull answers. */
export const pulledData = z.object({
  image: z.string(),
  id: z.string(),
  digest: z.string().optional().describe("The registry's name of exactly this image."),
  sizeBytes: z.number().optional(),
  architecture: z.string().optional(),
  says: z.string(),
});
export type Pulled = z.output<typeof pulledData>;

/** What was found before a pull. */
export interface PullFacts {
  readonly image: string;
  readonly present: ImageState | undefined;
  /** Undefined where the registry was not asked, or gave no answer. */
  readonly offer: Offer | undefined;
  /** Bytes to download as the catalog has it, where the registry does not say. */
  readonly catalogBytes: number | undefined;
  /** Undefined where it could not be seen. */
  readonly freeBytes: number | undefined;
  readonly architecture: string | undefined;
}

/**
 * Layers of CUDA and Python unpack to two or two and a half times their size; the download lies beside them until it is through, and with
 * containerd's store for good.
 */
const unpackFactor = 2.5;

/** Bytes a pull may take on the disk; undefined where the size is not known. */
export function neededBytes({ offer, catalogBytes }: Pick<PullFacts, 'offer' | 'catalogBytes'>): number | undefined {
  const download = offer?.manifest?.compressedBytes ?? catalogBytes;
  return download === undefined ? undefined : Math.round(download * (1 + unpackFactor));
}

/** Refuses an image that the registry does not have for the device. */
export function checkOffer({ offer, architecture }: Pick<PullFacts, 'offer' | 'architecture'>): void {
  const has = offer?.architectures ?? [];
  if (architecture !== undefined && has.length > 0 && !has.includes(architecture))
    throw new Failure(
      'invalid_input',
      `image: the registry has it for ${has.join(', ')}, and the device is ${architecture}.`,
      {
        hint: 'Another tag may have it; ai_match names images that fit this device.',
        retry: 'yes',
      },
    );
}

/** Refuses pulls that cannot come to a good end. What is not known does not count. */
export function checkPulls(all: readonly PullFacts[], anyway = false): void {
  for (const each of all) checkOffer(each);
  const needed = all.reduce((sum, each) => sum + (neededBytes(each) ?? 0), 0);
  const freeBytes = all[0]?.freeBytes;
  if (anyway || freeBytes === undefined || freeBytes >= needed) return;
  throw new Failure(
    'invalid_input',
    `The disk has ${sizeWords(freeBytes)} free where images are kept; downloaded and unpacked ${all.length === 1 ? 'this image takes' : 'these images take'} about ${sizeWords(needed)}.`,
    {
      hint: 'Make room with image_prune or image_remove (system_storage shows what fills the disk). Where the device has most layers of it already, image_pull takes anyway: true.',
      retry: 'yes',
    },
  );
}

/** Whether there is room. Without the number: it changes with every look, and a plan that says it would never be the one agreed to. */
export function roomWords(freeBytes: number | undefined, needed: number | undefined): string {
  if (freeBytes === undefined || needed === undefined) return 'whether there is room could not be seen';
  return freeBytes < needed ? 'there is less room' : 'there is room';
}

/** How much a pull downloads, and who says so. */
export function downloadWords({ offer, catalogBytes }: Pick<PullFacts, 'offer' | 'catalogBytes'>): string {
  const download = offer?.manifest?.compressedBytes;
  if (download !== undefined) return `${sizeWords(download)} to download`;
  if (catalogBytes !== undefined) return `about ${sizeWords(catalogBytes)} to download, by the catalog`;
  return 'size not known: the registry did not say';
}

/** The same with what it takes of the disk. */
export function takesWords(facts: PullFacts): string {
  const needed = neededBytes(facts);
  const room =
    needed === undefined
      ? ''
      : ` It takes about ${sizeWords(needed)} of the disk: ${roomWords(facts.freeBytes, needed)}.`;
  return `${downloadWords(facts)}.${room}`;
}

/** What will happen, in a few sentences. */
export function pullSays(facts: PullFacts, parallel: number, byRoot: boolean): string {
  const { image, present } = facts;
  return [
    `${present === undefined ? 'Pulls' : 'Asks the registry again for'} ${image} from ${registryOf(image)}${byRoot ? ', by sudo' : ''}: ${takesWords(facts)}`,
    `Finished layers are kept, so a pull that is cut goes on from them. At most ${parallel} devices of a site pull at a time.`,
  ].join(' ');
}

/** The answer on an image that is there. */
export function pulledOf(image: string, { id, digest, sizeBytes, architecture }: ImageState, says: string): Pulled {
  return {
    image,
    id,
    says,
    ...(digest !== undefined && { digest }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(architecture !== undefined && { architecture }),
  };
}
