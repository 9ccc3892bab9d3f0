import { z } from 'zod';
import { goArchitecture } from './engine-facts.js';
import { repositoryOf, sha256Pattern } from './image-reference.js';
import { listOf, number, readAnswer, text } from './lenient.js';
import { enginePath, type DockerQuestion } from './request.js';

/** An image as an engine has it. */
export interface ImageState {
  /** Content id, `sha256:...`. */
  readonly id: string;
  /** What the registry calls it: `sha256:...`; absent for one that was built or loaded here. */
  readonly digest?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly architecture?: string | undefined;
}

const answer = z.object({
  Id: z.string(),
  RepoDigests: listOf(z.string()),
  Size: number,
  Architecture: text,
});

function digestOf(image: string, digests: readonly string[]): string | undefined {
  const pairs = digests.map((each) => each.split('@'));
  const repository = repositoryOf(image);
  // Docker Hub's own images have shorter names here than on the command line.
  const short = repository.replace(/^docker\.io\/(?:library\/)?/, '');
  const own = pairs.find(([name]) => name === repository || name === short);
  const digest = (own ?? (pairs.length === 1 ? pairs[0] : undefined))?.[1];
  return digest !== undefined && sha256Pattern.test(digest) ? digest : undefined;
}

/** One image by its reference or id; the engine answers undefined where it has none of it. */
export function imageQuestion(image: string): DockerQuestion<ImageState> {
  return {
    name: 'image',
    path: `${enginePath('images', image)}/json`,
    parse: (given) => {
      const { Id, RepoDigests, Size, Architecture } = readAnswer(answer, given);
      return {
        // Podman leaves the algorithm away.
        id: /^[0-9a-f]{64}$/.test(Id) ? `sha256:${Id}` : Id,
        digest: digestOf(image, RepoDigests),
        sizeBytes: Size,
        architecture: goArchitecture(Architecture),
      };
    },
  };
}

/** Bytes for a reader: `1.2 GB`, in powers of ten as registries count. */
export function sizeWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
