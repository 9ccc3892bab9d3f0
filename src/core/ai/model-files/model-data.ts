import { z } from 'zod';
import { isoOfMs } from '../../iso-time.js';
import { present } from '../../linux/present.js';
import { cleanName, cleanText } from '../../untrusted.js';
import { dataChars, firstThatFit, leftOut } from '../../probes/fitting.js';
import { notReadData, whyNot, type NotRead } from '../../probes/not-read.js';
import { unfitFor } from './built-for.js';
import type { HeaderFacts } from './header-facts.js';
import type { ModelsOnDisk } from './list-probe.js';
import type { FoundModel } from './listing.js';
import { fileName, modelFormats } from './model-name.js';
import { partSuffix, type BuiltFor } from './sidecar.js';
import { uses, type ModelUser } from './model-users.js';

export const modelRow = z.object({
  name: z.string(),
  path: z.string(),
  format: z.enum([...modelFormats, 'ollama']),
  sizeBytes: z.number(),
  architecture: z.string().optional(),
  quantisation: z.string().optional(),
  version: z.string().optional().describe("Of the hub: the commit's first digits."),
  source: z.string().optional(),
  sha256: z.string().optional(),
  verified: z.boolean().optional().describe('The hash was the one that the source tells.'),
  modifiedAt: z.string().optional(),
  usedBy: z.array(z.string()).optional().describe('Containers that run.'),
  unfit: z.string().optional().describe('Why this engine does not run here any more.'),
  unfinished: z.boolean().optional().describe('A download or copy that was cut, or is under way.'),
});
export type ModelRow = z.output<typeof modelRow>;

export const modelListData = z.object({
  total: z.number(),
  totalBytes: z.number(),
  freeBytes: z.number().optional().describe('Where models are put.'),
  models: z.array(modelRow),
  notRead: notReadData.optional(),
});
export type ModelList = z.output<typeof modelListData>;

/** A model as an answer has it. */
export function rowOf(
  model: FoundModel,
  around: { readonly users: readonly ModelUser[]; readonly board: Omit<BuiltFor, 'image'> },
  header: HeaderFacts,
): ModelRow {
  const { path, origin, sidecar, format, isPart, sizeBytes, modified } = model;
  const known = sidecar?.sizeBytes === sizeBytes ? sidecar : undefined;
  const usedBy = around.users.filter((user) => uses(user, model)).map(({ name }) => name);
  const file = fileName(isPart ? path.slice(0, -partSuffix.length) : path);
  return present({
    name: cleanName(format === 'ollama' ? (origin?.name ?? file) : file, 200),
    path: cleanText(path, 500),
    format,
    sizeBytes,
    architecture: header.architecture,
    quantisation: header.quantisation ?? known?.made,
    version: origin?.revision,
    source: known?.source ?? (format === 'ollama' ? 'ollama' : origin === undefined ? undefined : `hf:${origin.name}`),
    sha256: known?.sha256 ?? origin?.sha256,
    verified: known?.verified,
    modifiedAt: modified === 0 ? undefined : isoOfMs(modified * 1000),
    usedBy: usedBy.length === 0 ? undefined : usedBy,
    unfit: known?.builtFor && unfitFor(known.builtFor, around.board),
    unfinished: isPart || undefined,
  });
}

/** Which models are wanted. */
export interface ModelsWish {
  readonly name?: string | undefined;
  readonly format?: FoundModel['format'] | undefined;
}

/** The models that are asked for, each once, the largest first. */
export function modelsFound({ own, volume }: ModelsOnDisk, { name, format }: ModelsWish): readonly FoundModel[] {
  const text = name?.toLowerCase();
  return [...own.models, ...(volume?.models ?? [])]
    .filter((model) => format === undefined || model.format === format)
    .filter(({ path, origin }) => text === undefined || `${path}\n${origin?.name ?? ''}`.toLowerCase().includes(text))
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1));
}

/** The answer, with what it lacks. */
export function shownModels(
  { own, volume, freeBytes }: ModelsOnDisk,
  {
    found,
    rows,
    usersKnown,
  }: { readonly found: readonly FoundModel[]; readonly rows: readonly ModelRow[]; readonly usersKnown: boolean },
): ModelList {
  const models = firstThatFit(rows, dataChars);
  const odd = own.oddNames + (volume?.oddNames ?? 0);
  const notRead: NotRead = [
    ...(volume === undefined ? [{ what: "the volume of ai_launch's models", why: whyNot('denied') }] : []),
    ...(usersKnown ? [] : [{ what: 'which models are in use', why: 'the container engine could not be asked' }]),
    ...(odd > 0 ? [{ what: `${odd} names`, why: 'they hold control characters' }] : []),
    ...(own.isCut ? [{ what: 'further files', why: 'only the first 2,000 are looked at: name folders' }] : []),
    ...leftOut('models', found.length, models.length, 'ask with name, format or limit'),
  ];
  return present({
    total: found.length,
    totalBytes: found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    freeBytes,
    models,
    notRead: notRead.length === 0 ? undefined : notRead,
  });
}
