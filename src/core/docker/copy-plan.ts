import { Failure } from '../errors.js';
import { sizeWords, type ImageState } from './image-state.js';
import { roomWords } from './pull-plan.js';

/** What was found before an image is copied. */
export interface CopyFacts {
  readonly image: string;
  /** Name of the device it comes from. */
  readonly from: string;
  readonly source: ImageState;
  readonly freeBytes: number | undefined;
  readonly architecture: string | undefined;
}

/** The tar as it comes, and what it unpacks to. */
const roomFactor = 2;
const neededBytes = ({ sizeBytes }: ImageState): number | undefined =>
  sizeBytes === undefined ? undefined : sizeBytes * roomFactor;

/** Refuses a copy that cannot come to a good end. */
export function checkCopy({ from, source, freeBytes, architecture }: CopyFacts): void {
  if (source.architecture !== undefined && architecture !== undefined && source.architecture !== architecture)
    throw new Failure(
      'invalid_input',
      `from: the image on ${from} is for ${source.architecture}, and this device is ${architecture}.`,
      {
        hint: 'Copy from a device of the same architecture, or pull it (image_pull).',
        retry: 'yes',
      },
    );
  const needed = neededBytes(source);
  if (needed === undefined || freeBytes === undefined || freeBytes >= needed) return;
  throw new Failure(
    'invalid_input',
    `The disk has ${sizeWords(freeBytes)} free where images are kept; while it is loaded this image takes about ${sizeWords(needed)}.`,
    { hint: 'Make room with image_prune or image_remove; system_storage shows what fills the disk.', retry: 'yes' },
  );
}

/** What will happen, in a few sentences. */
export function copySays({ image, from, source, freeBytes }: CopyFacts): string {
  const size = source.sizeBytes === undefined ? '' : `, ${sizeWords(source.sizeBytes)}`;
  return `Copies ${image} from ${from} through this machine, without a registry${size}; ${roomWords(freeBytes, neededBytes(source))} on the disk. A copy that is cut begins anew.`;
}

/** How far a copy is; the size is the engine's, and only about that of what is sent. */
export function copyWords(bytes: number, totalBytes: number | undefined): string {
  if (totalBytes === undefined || totalBytes === 0) return `${sizeWords(bytes)} copied`;
  return `${sizeWords(bytes)} of about ${sizeWords(totalBytes)} copied`;
}
