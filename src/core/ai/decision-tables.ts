import { modules, socFacts, type JetsonModule, type Soc } from '../jetson/modules.js';
import { releaseOf } from '../jetson/releases.js';
import type { AiBoard } from './ai-board.js';
import { noAdditions } from './catalog-additions.js';
import { engineNames, type EngineName } from './engines.js';
import { matchImage } from './image-match.js';
import { fitModel, type Fit } from './memory-fit.js';
import { catalogModels } from './models/models.js';
import type { CatalogModel, Quantisation } from './models/model.js';

/** Every release of Jetson Linux in the tables of facts, with the SoCs that it is for. */
const releases: readonly (readonly [l4t: readonly string[], socs: readonly Soc[]])[] = [
  [
    ['39.2.1', '39.2.0'],
    ['tegra264', 'tegra234'],
  ],
  [['38.4.0', '38.2.2', '38.2.1', '38.2.0'], ['tegra264']],
  [['36.5.2', '36.5.0', '36.4.7', '36.4.4', '36.4.3', '36.4.2', '36.4.0', '36.3.0', '36.2.0'], ['tegra234']],
  [
    ['35.6.4', '35.6.2', '35.6.1', '35.6.0', '35.5.0', '35.4.1', '35.3.1', '35.2.1', '35.1.0'],
    ['tegra234', 'tegra194'],
  ],
  [
    ['32.7.6', '32.7.5', '32.7.4', '32.7.3', '32.7.2', '32.7.1', '32.6.1'],
    ['tegra194', 'tegra186', 'tegra210'],
  ],
];

/** A board of that SoC on that release, as far as matching images needs it. */
export function boardOn(l4t: string, soc: Soc): AiBoard {
  const cuda = releaseOf(l4t)?.cuda ?? (l4t.startsWith('36.3') ? '12.2' : undefined);
  return { l4t, soc, sm: socFacts(soc)?.sm, cudaDriver: cuda, arch: 'arm64', memory: {} };
}

/** One line of the table of images: a release and SoC, and what each engine gets. */
export interface ImageDecision {
  readonly l4t: string;
  readonly board: string;
  readonly engine: EngineName;
  /** The image, or none. */
  readonly image?: string | undefined;
  /** Cautions with an image, the reason without one. */
  readonly says: string;
}

/** Every release with every SoC it is for and every engine: an image, or an honest no. */
export function imageDecisions(): readonly ImageDecision[] {
  return releases.flatMap(([numbers, socs]) =>
    numbers.flatMap((l4t) =>
      socs.flatMap((soc) =>
        engineNames.map((engine): ImageDecision => {
          const match = matchImage(boardOn(l4t, soc), engine, noAdditions);
          const about = { l4t, board: socFacts(soc)?.codename ?? soc, engine };
          return match.found
            ? { ...about, image: match.best.image, says: match.best.cautions.join(' ') }
            : { ...about, says: `${match.why} ${match.hint}` };
        }),
      ),
    ),
  );
}

/** What the kernel sees of a size, MiB: recorded on boards of it. */
const seenMb: Readonly<Record<number, number>> = {
  2: 1972,
  4: 3964,
  8: 7620,
  16: 15_656,
  32: 30_536,
  64: 62_841,
  128: 125_772,
};
const l4tOf: Readonly<Record<Soc, string>> = {
  tegra264: '38.4.0',
  tegra234: '36.5.0',
  tegra194: '35.6.4',
  tegra186: '32.7.6',
  tegra210: '32.7.6',
};

/** An idle board without a desktop: the system holds 1.5 GB (recorded on an Orin Nano), a quarter of small ones. */
export function idleBoard({ soc, slug, ramGB = 32 }: JetsonModule): AiBoard {
  const totalMb = seenMb[ramGB] ?? ramGB * 980;
  const availableMb = totalMb - Math.min(1500, Math.round(totalMb / 4));
  return { ...boardOn(l4tOf[soc], soc), module: slug, memory: { totalMb, availableMb } };
}

/** One module of each name, the largest first. */
export function tableModules(): readonly JetsonModule[] {
  const bySlug = new Map(modules.map((module) => [module.slug, module]));
  return [...bySlug.values()].filter(({ slug }) => !/igx|industrial|tx2i/.test(slug));
}

/** One line of the table of fits: a model of NVIDIA's catalogue on an idle module. */
export interface FitDecision {
  readonly model: string;
  readonly quantisation: Quantisation;
  readonly module: JetsonModule;
  readonly fit: Fit;
  /** Whether an image of the engine is known for the module's release. */
  readonly image: boolean;
}

/** The engine that NVIDIA's catalogue runs a model with. */
const listedEngine = ({ format }: Quantisation): EngineName => (format === 'gguf' ? 'llama.cpp' : 'vllm');

function listedForms(): readonly (readonly [CatalogModel, Quantisation])[] {
  return catalogModels.flatMap((model) =>
    model.quantisations.filter(({ listedBoard }) => listedBoard !== undefined).map((form) => [model, form] as const),
  );
}

/** Every model of NVIDIA's catalogue on every module: 4,096 tokens, one request at a time. */
export function fitDecisions(): readonly FitDecision[] {
  return listedForms().flatMap(([{ id, shape, vision }, quantisation]) =>
    tableModules().map((module): FitDecision => {
      const board = idleBoard(module);
      const engine = listedEngine(quantisation);
      const question = { shape, vision, quantisation, engine, context: 4096, slots: 1, board, running: [] };
      const image = matchImage(board, engine, noAdditions).found;
      return { model: id, quantisation, module, fit: fitModel(question), image };
    }),
  );
}

/** Modules that NVIDIA's catalogue means by a name, the smallest first; all of them in the order of their memory. */
const ladder = [
  'orin-nano-4gb',
  'orin-nano-8gb',
  'orin-nx-8gb',
  'orin-nx-16gb',
  'agx-orin-32gb',
  'agx-orin-64gb',
  'thor-t4000',
  'agx-thor',
];
const listedAs: Readonly<Record<string, string>> = {
  'Orin Nano': 'orin-nano',
  'Orin NX': 'orin-nx',
  'Orin AGX': 'agx-orin',
};
const isListed = (board: string, slug: string): boolean => slug.includes(listedAs[board] ?? 'thor');

/** Where our smallest board for a model is not the catalogue's, and why. */
export interface BoardDifference {
  readonly model: string;
  readonly listed: string;
  readonly ours: string;
  readonly why: string;
}

/** Compares the smallest board that has room with the one that NVIDIA's catalogue names. */
export function boardDifferences(): readonly BoardDifference[] {
  const all = fitDecisions();
  return listedForms().flatMap(([{ id, paramsB }, { name, bytes, listedBoard = '', listedSizeGB = 0 }]) => {
    const fits = all.filter(
      ({ model, fit, module }) => model === id && fit.verdict === 'fits_now' && ladder.includes(module.slug),
    );
    const ours = ladder.find((slug) => fits.some(({ module }) => module.slug === slug));
    if (ours === undefined)
      return [{ model: id, listed: listedBoard, ours: 'none', why: 'No module has room for it.' }];
    if (isListed(listedBoard, ours)) return [];
    const listedAt = ladder.findLastIndex((slug) => isListed(listedBoard, slug));
    const gb = Math.round(bytes / 1e8) / 10;
    const smaller = ladder.indexOf(ours) < listedAt;
    // The headroom grows with the board, so the sum is that of the board spoken of.
    const told = smaller ? ours : ladder[listedAt];
    const needMb = all.find(({ model, module }) => model === id && module.slug === told)?.fit.needMb ?? 0;
    const why = smaller
      ? `It needs ${needMb} MiB, which ${ours} has; the catalogue names a larger board, for speed.`
      : Math.abs(gb - listedSizeGB) > 0.35 * gb
        ? `${paramsB} billion parameters as ${name} take ${gb} GB, not the ${listedSizeGB} GB that the catalogue says.`
        : `With the engine, KV cache and headroom it needs ${needMb} MiB, more than an idle ${listedBoard} has free.`;
    return [{ model: id, listed: listedBoard, ours, why }];
  });
}
