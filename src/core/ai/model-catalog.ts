import type { CatalogAdditions } from './catalog-additions.js';
import type { EngineName, WeightFormat } from './engines.js';
import { catalogModels } from './models/models.js';
import type { CatalogModel } from './models/model.js';

export type { CatalogModel, Quantisation } from './models/model.js';

/** Which engines load a format, where a user's file does not say. */
const enginesFor: Readonly<Record<WeightFormat, readonly EngineName[]>> = {
  gguf: ['llama.cpp', 'ollama'],
  ollama: ['ollama'],
  safetensors: ['vllm', 'sglang', 'tensorrt-llm'],
  mlc: ['mlc'],
  'trt-engine': ['tensorrt-llm', 'tensorrt-edge-llm'],
};

const megabyte = 1_000_000;

/** Every model, the user's with the catalog's: one of a known id adds quantisations, which come first, and may give it a shape. */
export function allModels({ models: added }: CatalogAdditions): readonly CatalogModel[] {
  const own = added.map((model): CatalogModel => ({
    id: model.id,
    title: model.title ?? model.id,
    family: model.family ?? model.id,
    paramsB: model.paramsB ?? 0,
    shape: model.shape,
    quantisations: model.quantisations.map(({ name, format, sizeMB, repo, file, engines, leastRamGB }) => ({
      name,
      format,
      bytes: sizeMB * megabyte,
      sizeFrom: 'user',
      repo,
      file,
      engines: engines ?? enginesFor[format],
      listedRamGB: leastRamGB,
    })),
  }));
  const extended = catalogModels.map((model) => {
    const more = own.filter(({ id }) => id === model.id);
    const quantisations = [...more.flatMap((each) => each.quantisations), ...model.quantisations];
    return more.length === 0 ? model : { ...model, shape: more[0]?.shape ?? model.shape, quantisations };
  });
  const known = new Set(catalogModels.map(({ id }) => id));
  return [...extended, ...own.filter(({ id }) => !known.has(id))];
}

/** The model that a person means: by its id, its title, or one of its repositories. */
export function findModel(models: readonly CatalogModel[], name: string): CatalogModel | undefined {
  const wanted = name.trim().toLowerCase();
  const plain = (text: string): string => text.toLowerCase().replace(/[\s_.-]+/g, '');
  return (
    models.find(({ id }) => id === wanted) ??
    models.find(({ id, title }) => plain(id) === plain(wanted) || plain(title) === plain(wanted)) ??
    models.find(({ quantisations }) => quantisations.some(({ repo }) => repo.toLowerCase() === wanted))
  );
}
