import { z } from 'zod';
import { sizeWords } from '../../docker/image-state.js';
import { roomWords } from '../../docker/pull-plan.js';
import { Failure } from '../../errors.js';
import type { FilePointer, ModelSource } from './model-source.js';
import { knownHash, type Place } from './place.js';
import type { Offer, PullOrder } from './pull.js';

/** What model_pull answers. */
export const pulledModelData = z.object({
  name: z.string(),
  path: z.string().optional(),
  sizeBytes: z.number().optional(),
  sha256: z.string().optional(),
  verified: z.boolean().optional().describe('The hash is the one that was given or that the hub tells.'),
  says: z.string(),
});
export type PulledModel = z.output<typeof pulledModelData>;

/** What is known of a file that is to be loaded. */
export type WantedFile = Offer;

/** The hash that counts: the caller's own, else the hub's. Throws where they differ. */
export function wantedFile(
  given: string | undefined,
  pointer: FilePointer | undefined,
  offer: Offer | undefined,
): WantedFile {
  const told = pointer?.sha256 ?? offer?.sha256;
  if (given !== undefined && told !== undefined && given !== told)
    throw new Failure('invalid_input', 'sha256 is not the one that the hub tells of this file.', {
      hint: 'Another revision, or another file: compare with the page of the model, or leave sha256 away.',
      retry: 'yes',
    });
  return { sha256: given ?? told, sizeBytes: pointer?.sizeBytes ?? offer?.sizeBytes };
}

/** Whether the file is there already. Throws where another one is in its place. */
export function isThere(place: Place, { sha256, sizeBytes }: WantedFile): 'yes' | 'no' | 'perhaps' {
  if (place.file === undefined) return 'no';
  const known = knownHash(place);
  if (sha256 !== undefined && known === sha256) return 'yes';
  const maybe = typeof place.file === 'object' && known === undefined && sha256 !== undefined;
  if (maybe && (sizeBytes === undefined || place.file.sizeBytes === sizeBytes)) return 'perhaps';
  throw new Failure('invalid_input', 'There is something else at that path already, and a pull replaces nothing.', {
    hint: 'Give another name or folder, or remove it first by model_delete. model_list tells what it is.',
    retry: 'yes',
  });
}

/** The order of one file's download. */
export function orderOf(
  source: ModelSource & { readonly kind: 'url' },
  place: Place,
  { sha256, sizeBytes }: WantedFile,
  tokenFile: string | undefined,
): PullOrder {
  return {
    url: source.url,
    path: place.path,
    sha256,
    sizeBytes,
    tokenFile,
    facts: { source: source.url.replace(/[?#].*$/, '') },
  };
}

/** What will happen, in a few sentences. */
export function pullFileSays(
  order: PullOrder,
  { partBytes, freeBytes }: Place,
  there: 'no' | 'perhaps',
  parallel: number,
): string {
  const { url, path, sizeBytes, sha256, tokenFile } = order;
  const host = url.slice('https://'.length).split('/')[0] ?? '';
  if (there === 'perhaps')
    return `A file of that name is at ${path}: looks whether it is the one from ${host}, by its SHA-256.`;
  const size = sizeBytes === undefined ? 'size not known: the site did not say' : sizeWords(sizeBytes);
  const rest =
    partBytes > 0 && sha256 !== undefined ? ` ${sizeWords(partBytes)} of it are there from an earlier try.` : '';
  const check =
    sha256 === undefined
      ? 'Its SHA-256 is not known (give sha256), so nothing tells whether it arrives unaltered.'
      : 'Its SHA-256 is known: it gets its name only where it is right.';
  const room = roomWords(freeBytes, sizeBytes === undefined ? undefined : sizeBytes - partBytes);
  const token = tokenFile === undefined ? '' : ` The token in ${tokenFile} is sent to the hub.`;
  return `Loads ${path} from ${host} as a job: ${size}.${rest} ${check} On the disk ${room}.${token} At most ${parallel} devices of a site load at a time.`;
}

/** The answer on a file that is there. */
export function pulledFile(place: Place, name: string, says: string): PulledModel {
  const sha256 = knownHash(place);
  return {
    name,
    path: place.path,
    ...(typeof place.file === 'object' && { sizeBytes: place.file.sizeBytes }),
    ...(sha256 !== undefined && { sha256, verified: place.sidecar?.verified ?? false }),
    says,
  };
}
