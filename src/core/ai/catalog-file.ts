import type { z } from 'zod';
import { unknownKey, type FieldPath, type FleetFileProblem } from '../fleet-file-problem.js';
import { addedImage, addedModel, addedQuantisation, addedShape, type CatalogAdditions } from './catalog-additions.js';

/** A catalog file, read. Entries with a problem are left out; the others count. */
export interface CatalogFile {
  readonly additions: CatalogAdditions;
  readonly problems: readonly FleetFileProblem[];
}

const sections = ['images', 'models'] as const;
const example: Readonly<Record<string, string>> = {
  image: '`image: registry.lan:5000/vllm:1`',
  engine: '`engine: vllm`',
  l4t: '`l4t: "36.4"`',
  cuda: '`cuda: "12.6"`',
  sm: '`sm: ["8.7"]`',
  soc: '`soc: tegra234`',
  sbsa: '`sbsa: true`',
  digest: '`digest: sha256:...`',
  id: '`id: my-model-7b`',
  name: '`name: Q4_K_M`',
  format: '`format: gguf`',
  sizeMB: '`sizeMB: 4900`',
  repo: '`repo: OWNER/NAME`',
  file: '`file: model-Q4_K_M.gguf`',
  engines: '`engines: [llama.cpp]`',
  layers: '`layers: 32`',
  kvHeads: '`kvHeads: 8`',
  headDim: '`headDim: 128`',
};

const keysIn = (path: FieldPath): readonly string[] => {
  if (path[0] === 'images') return Object.keys(addedImage.shape);
  if (path.includes('quantisations')) return Object.keys(addedQuantisation.shape);
  return Object.keys(path.at(-1) === 'shape' ? addedShape.shape : addedModel.shape);
};

function problemOf(issue: z.core.$ZodIssue, base: FieldPath): readonly FleetFileProblem[] {
  const path = [...base, ...issue.path.filter((key) => typeof key !== 'symbol')];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, keysIn(path)));
  const key = [...path].reverse().find((each) => typeof each === 'string') ?? '';
  const fix = Object.hasOwn(example, key) ? `Write for example ${example[key] ?? ''}.` : 'See docs/ai-matching.md.';
  // Words of our own schema begin with "takes"; the library's own are not used, as they may repeat the value.
  const own = issue.message.startsWith('takes ') ? issue.message : 'takes another kind of value, or is missing';
  return [{ path, message: `${key} ${own}.`, fix }];
}

/** What a parsed catalog file adds. An empty file adds nothing. */
export function parseCatalogFile(document: unknown): CatalogFile {
  const nothing: CatalogAdditions = { images: [], models: [] };
  if (document === undefined || document === null) return { additions: nothing, problems: [] };
  if (typeof document !== 'object' || Array.isArray(document)) {
    const fix = 'Begin the file with `images:` or `models:` and put a list below it.';
    return { additions: nothing, problems: [{ path: [], message: 'The catalog file holds no keys.', fix }] };
  }
  const fields = document as Readonly<Record<string, unknown>>;
  const problems: FleetFileProblem[] = Object.keys(fields)
    .filter((key) => !(sections as readonly string[]).includes(key))
    .map((key) => unknownKey([], key, sections));
  const listOf = <T>(section: (typeof sections)[number], schema: z.ZodType<T>): T[] => {
    const list = fields[section] ?? [];
    if (!Array.isArray(list) || list.length > 500) {
      const fix = 'Put `- ` before each entry, 500 at most.';
      problems.push({ path: [section], message: `${section} takes a list.`, fix });
      return [];
    }
    return list.flatMap((item: unknown, index) => {
      const parsed = schema.safeParse(item);
      if (parsed.success) return [parsed.data];
      problems.push(...parsed.error.issues.flatMap((issue) => problemOf(issue, [section, index])));
      return [];
    });
  };
  const additions = { images: listOf('images', addedImage), models: listOf('models', addedModel) };
  return { additions, problems };
}
