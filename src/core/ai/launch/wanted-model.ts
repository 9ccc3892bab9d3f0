import { Failure } from '../../errors.js';
import { nearest } from '../../nearest.js';
import type { EngineName, WeightFormat } from '../engines.js';
import { findModel } from '../model-catalog.js';
import type { CatalogModel, ModelShape, Quantisation } from '../models/model.js';
import { weightBytes } from '../models/weight-size.js';
import { baseName, isHubReference, isOllamaName, type ModelFrom } from './model-from.js';

/** One stored form of the model that was asked for, and what an engine gets it by. */
export interface WantedWeights {
  /** As labels and answers name it. */
  readonly model: string;
  readonly from: ModelFrom;
  /** `bytes` is 0 where nobody knows the size. */
  readonly quantisation: Quantisation;
  readonly shape?: ModelShape | undefined;
  readonly vision?: boolean | undefined;
}

/** A file or folder of the device, as it was found there. */
export interface FoundFile {
  readonly folder: boolean;
  readonly bytes: number;
}

const schemes =
  /(?:^|[-_./])((?:I?Q\d(?:_[A-Z0-9]+)*)|BF16|FP?16|FP8|NVFP4|MXFP4|W4A16|AWQ|GPTQ|INT4|q4f16_1)(?:[-_.]|$)/i;
const sameSize: Readonly<Record<string, string>> = { GPTQ: 'W4A16', FP16: 'FP16', F16: 'F16' };

/** The scheme that a name speaks of, `Q4_K_M`. */
function schemeIn(name: string): string | undefined {
  const word = schemes.exec(name)?.[1];
  return word === undefined || word.toLowerCase() === 'q4f16_1' ? word?.toLowerCase() : word.toUpperCase();
}

/** Size by the billions of parameters that a name speaks of, `Qwen3-4B`; 0 where it speaks of none. */
function sizeBy(name: string, scheme: string): number {
  const billions = Number(/(?:^|[-_./])(\d{1,3}(?:\.\d{1,2})?)B(?:[-_.:]|$)/i.exec(name)?.[1]);
  if (!(billions > 0)) return 0;
  return weightBytes(sameSize[scheme] ?? scheme, billions, Math.min(0.6, billions * 0.15)) ?? 0;
}

const enginesOf: Readonly<Record<WeightFormat, readonly EngineName[]>> = {
  gguf: ['llama.cpp', 'ollama'],
  ollama: ['ollama'],
  safetensors: ['vllm', 'sglang', 'tensorrt-llm'],
  mlc: ['mlc'],
  'trt-engine': ['tensorrt-edge-llm', 'tensorrt-llm'],
};

function unlisted(name: string, format: WeightFormat, repo: string, bytes: number): Quantisation {
  const sizeFrom = bytes > 0 ? ('parameters' as const) : ('user' as const);
  return { name, format, bytes, sizeFrom, repo, engines: enginesOf[format] };
}

function ofFile(path: string, { folder, bytes }: FoundFile, engine: EngineName | undefined): WantedWeights {
  const name = baseName(path);
  const byEngine: Partial<Record<EngineName, WeightFormat>> = { mlc: 'mlc', 'tensorrt-edge-llm': 'trt-engine' };
  const format: WeightFormat = folder ? ((engine && byEngine[engine]) ?? 'safetensors') : 'gguf';
  if (!folder && !/\.gguf$/i.test(path))
    throw new Failure('invalid_input', 'model: a file of the device has to be a .gguf; other formats are folders.', {
      hint: 'model_list tells which files there are.',
      retry: 'yes',
    });
  const quantisation = { ...unlisted(schemeIn(name) ?? 'file', format, name, bytes), sizeFrom: 'file' as const };
  return { model: path, from: { kind: 'path', path, folder }, quantisation };
}

function ofHub(repo: string, wish: { readonly quantisation?: string | undefined }): WantedWeights {
  const gguf = /gguf/i.test(repo);
  const format: WeightFormat = gguf ? 'gguf' : /(?:^mlc-ai\/|-MLC$)/i.test(repo) ? 'mlc' : 'safetensors';
  const name = wish.quantisation ?? schemeIn(repo) ?? (gguf ? 'Q4_K_M' : format === 'mlc' ? 'q4f16_1' : 'BF16');
  return {
    model: repo,
    from: { kind: 'hub', repo, ...(gguf && { quantisation: name }) },
    quantisation: unlisted(name, format, repo, sizeBy(repo, name)),
  };
}

/** What an engine gets a stored form of the catalog by. */
function fromOf({ format, repo, file, name }: Quantisation): ModelFrom {
  if (format === 'ollama') return { kind: 'ollama', name: repo };
  return { kind: 'hub', repo, ...(file !== undefined ? { file } : format === 'gguf' && { quantisation: name }) };
}

function ofCatalog(
  model: CatalogModel,
  wish: { readonly quantisation?: string | undefined },
  repo: string,
): WantedWeights[] {
  const { id, shape, vision, quantisations } = model;
  const byRepo = quantisations.filter((each) => each.repo.toLowerCase() === repo.toLowerCase());
  const named = byRepo.length > 0 ? byRepo : quantisations;
  const wanted = wish.quantisation?.toLowerCase();
  const fitting = named.filter(({ name }) => wanted === undefined || name.toLowerCase() === wanted);
  if (fitting.length === 0)
    throw new Failure(
      'invalid_input',
      `quantisation: the catalog has ${id} as ${[...new Set(named.map(({ name }) => name))].join(', ')}.`,
      {
        hint: 'Give one of them, or the repository of a hub as model.',
        retry: 'yes',
      },
    );
  return fitting.map((quantisation) => ({ model: id, from: fromOf(quantisation), quantisation, shape, vision }));
}

/** A model as a caller asks for it. */
export interface ModelWish {
  readonly model: string;
  readonly engine?: EngineName | undefined;
  readonly quantisation?: string | undefined;
}

/**
 * The stored forms that a model's name can mean: a path on the device, a model of the catalog, a repository of a hub, a name of Ollama's
 * library. Throws `invalid_input` with the field's name for what is none of them.
 */
export function wantedWeights(
  wish: ModelWish,
  models: readonly CatalogModel[],
  found: FoundFile | undefined,
): WantedWeights[] {
  const { model: name, engine } = wish;
  if (name.startsWith('/')) {
    if (found !== undefined) return [ofFile(name, found, engine)];
    throw new Failure('invalid_input', 'model: the device has no such file or folder.', {
      hint: 'model_list tells what is there; model_pull brings it.',
      retry: 'yes',
    });
  }
  const known = findModel(models, name);
  if (known !== undefined) return ofCatalog(known, wish, name);
  if (isHubReference(name) && engine !== 'ollama') return [ofHub(name, wish)];
  if (isOllamaName(name) && (engine === 'ollama' || name.includes(':'))) {
    const scheme = schemeIn(name) ?? 'Q4_K_M';
    const quantisation = unlisted(scheme, 'ollama', name, sizeBy(name.replace(':', '-'), scheme));
    return [{ model: name, from: { kind: 'ollama', name }, quantisation }];
  }
  const like = nearest(
    name,
    models.map(({ id }) => id),
  );
  throw new Failure(
    'invalid_input',
    'model: it is no model of the catalog, no owner/name of a hub and no path on the device.',
    {
      hint: `${like === undefined ? '' : `Did you mean ${like}? `}ai_catalog lists the models.`,
      retry: 'yes',
    },
  );
}
