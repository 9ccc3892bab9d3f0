import { z } from 'zod';
import type { WeightFormat } from './engines.js';

/** A file of a hub's repository. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
}

const entry = z.object({
  type: z.string(),
  path: z.string().max(500),
  size: z.number().int().min(0),
  lfs: z.object({ size: z.number().int().min(0) }).optional(),
});

/** Where the hub lists the files of a repository. */
export function hubListing(repo: string): string {
  return `https://huggingface.co/api/models/${repo}/tree/main?recursive=true`;
}

/** Where the hub gives a file. */
export function hubFile(repo: string, path: string): string {
  return `https://huggingface.co/${repo}/resolve/main/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Reads the hub's list of files; undefined where it is none. */
export function hubFilesOf(text: string): readonly HubFile[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list = z.array(z.unknown()).max(20_000).safeParse(json);
  if (!list.success) return undefined;
  return list.data.flatMap((item) => {
    const parsed = entry.safeParse(item);
    if (!parsed.success || parsed.data.type !== 'file') return [];
    return [{ path: parsed.data.path, bytes: parsed.data.lfs?.size ?? parsed.data.size }];
  });
}

const total = (files: readonly HubFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The GGUF file of a quantisation, by its name or as it was named; parts that belong together count as one, by their first. */
function ggufOf(files: readonly HubFile[], quantisation: string, file: string | undefined): HubFile | undefined {
  const wanted = quantisation.toLowerCase();
  const models = files.filter(({ path }) => /\.gguf$/i.test(path) && !/(?:^|[-_./])mmproj/i.test(path));
  const named = (path: string): boolean =>
    path
      .toLowerCase()
      .split(/[-./]/)
      .some((word) => word === wanted);
  const first = models.find(({ path }) => (file === undefined ? named(path) : path === file)) ?? undefined;
  if (first === undefined) return undefined;
  const parts = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i.exec(first.path);
  if (parts === null) return first;
  const together = models.filter(
    ({ path }) => path.startsWith(`${parts[1] ?? ''}-`) && path.includes(`-of-${parts[2] ?? ''}`),
  );
  return { path: together[0]?.path ?? first.path, bytes: total(together) };
}

/** Size of the weights of one stored form, with the file that has their head; undefined where the repository has no such. */
export function weightsIn(
  files: readonly HubFile[],
  format: WeightFormat,
  quantisation: string,
  file?: string,
): HubFile | undefined {
  if (format === 'gguf') return ggufOf(files, quantisation, file);
  const ends = format === 'mlc' ? /(?:^|\/)params_shard_\d+\.bin$/ : /\.safetensors$/;
  const all = files.filter(({ path }) => ends.test(path));
  // Some repositories have the same weights twice, once in Mistral's own layout.
  const plain = all.filter(({ path }) => !/(?:^|\/)consolidated/.test(path));
  const chosen = plain.length > 0 ? plain : all;
  const [first] = chosen;
  return first === undefined ? undefined : { path: first.path, bytes: total(chosen) };
}
