import { z } from 'zod';
import { present } from '../linux/present.js';
import type { CatalogAdditions } from './catalog-additions.js';
import { engineName, type EngineName } from './engines.js';
import { sumOf } from './fit-sum.js';
import { allModels, type CatalogModel, type Quantisation } from './model-catalog.js';

export const catalogRow = z.object({
  id: z.string(),
  title: z.string(),
  paramsB: z.number().optional().describe('Billions of parameters.'),
  contextLength: z.number().optional(),
  vision: z.boolean().optional(),
  forms: z.array(
    z.object({
      name: z.string(),
      format: z.string(),
      repo: z.string(),
      file: z.string().optional(),
      sizeMB: z.number().describe('Weights.'),
      needMb: z.number().describe('MiB with the engine and 4,096 tokens.'),
      leastRamGB: z.number().describe('Smallest board.'),
      engines: z.array(engineName),
      gated: z.boolean().optional(),
      leastSm: z.string().optional(),
    }),
  ),
});
export type CatalogRow = z.output<typeof catalogRow>;

const usualContext = 4096;
const boardSizes = [2, 4, 8, 16, 32, 64, 128];

/** What a board of a size can give: firmware keeps some of it, the system about 700 MiB. */
const usable = (ramGB: number): number => Math.floor(ramGB * 1024 * 0.93) - 700;

function leastOf(model: CatalogModel, quantisation: Quantisation): { needMb: number; leastRamGB: number } {
  const needs = quantisation.engines.map((engine) =>
    sumOf({
      shape: model.shape,
      vision: model.vision,
      quantisation,
      engine,
      context: usualContext,
      slots: 1,
      board: { memory: {} },
      running: [],
    }).reduce((sum, { what, mb }) => (what === 'headroom' ? sum : sum + mb), 0),
  );
  const needMb = Math.min(...needs);
  const bySum = boardSizes.find((size) => needMb <= usable(size)) ?? Math.ceil(needMb / 1024);
  const { listedRamGB = 0 } = quantisation;
  return { needMb, leastRamGB: Math.max(bySum, boardSizes.find((size) => size >= listedRamGB) ?? listedRamGB) };
}

/** Which models are wanted. */
export interface CatalogWish {
  /** Text in id, title or repository, in any case. */
  readonly find?: string | undefined;
  readonly engine?: EngineName | undefined;
  /** Only what a board with so much memory can hold. */
  readonly ramGB?: number | undefined;
}

const megabyte = 1_000_000;

/** The catalog with the user's additions: models with their stored forms, sizes and the least memory. */
export function catalogRows(additions: CatalogAdditions, { find, engine, ramGB }: CatalogWish): CatalogRow[] {
  const wanted = find?.toLowerCase();
  return allModels(additions).flatMap((model): CatalogRow[] => {
    const { id, title, paramsB, shape, vision, quantisations } = model;
    const words = [id, title, ...quantisations.map(({ repo }) => repo)].join('\n').toLowerCase();
    if (wanted !== undefined && !words.includes(wanted)) return [];
    const forms = quantisations
      .filter((each) => engine === undefined || each.engines.includes(engine))
      .map((each) => {
        const { name, format, repo, file, bytes, engines, gated, leastSm } = each;
        const about = { name, format, repo, file, sizeMB: Math.round(bytes / megabyte), ...leastOf(model, each) };
        return present({ ...about, engines: [...engines], gated, leastSm });
      })
      .filter(({ leastRamGB }) => ramGB === undefined || leastRamGB <= ramGB);
    if (forms.length === 0) return [];
    const size = paramsB > 0 ? paramsB : undefined;
    return [present({ id, title, paramsB: size, contextLength: shape?.contextLength, vision, forms })];
  });
}
