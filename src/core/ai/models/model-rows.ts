import type { EngineName } from '../engines.js';
import type { CatalogModel, ModelShape, Quantisation } from './model.js';
import { weightBytes } from './weight-size.js';

/** Parameters in billions: all, and those of embedding and output layer. */
type Size = readonly [paramsB: number, embedB: number];
type MakeQuantisation = (size: Size) => Quantisation;

function sized(
  name: string,
  [paramsB, embedB]: Size,
  fileBytes: number | undefined,
): Pick<Quantisation, 'bytes' | 'sizeFrom'> {
  if (fileBytes !== undefined) return { bytes: fileBytes, sizeFrom: 'file' };
  const bytes = weightBytes(name, paramsB, embedB);
  if (bytes === undefined) throw new Error(`The catalog has no size for ${name}.`);
  return { bytes, sizeFrom: 'parameters' };
}

/** A GGUF file; of those that were recorded, their true size. */
export const gguf =
  (name: string, repo: string, file: string, bytes?: number): MakeQuantisation =>
  (size) => ({ name, format: 'gguf', repo, file, engines: ['llama.cpp', 'ollama'], ...sized(name, size, bytes) });

/** A model of Ollama's library, which is Q4_K_M where its name does not say otherwise. */
export const library =
  (repo: string, name = 'Q4_K_M', bytes?: number): MakeQuantisation =>
  (size) => ({ name, format: 'ollama', repo, engines: ['ollama'], ...sized(name, size, bytes) });

/** A model compiled for MLC. */
export const mlc =
  (repo: string): MakeQuantisation =>
  (size) => ({
    name: 'q4f16_1',
    format: 'mlc',
    repo: `mlc-ai/${repo}`,
    engines: ['mlc'],
    ...sized('q4f16_1', size, undefined),
  });

const torch: readonly EngineName[] = ['vllm', 'sglang'];

/** A line of NVIDIA's catalogue of models for Jetson: repository, RAM, smallest board and size as it has them. */
export const listed =
  (
    name: string,
    repo: string,
    ramGB: number,
    board: string,
    sizeGB: number,
    more: Partial<Quantisation> = {},
  ): MakeQuantisation =>
  (size) => ({
    name,
    format: 'safetensors',
    repo,
    engines: torch,
    listedRamGB: ramGB,
    listedBoard: board,
    listedSizeGB: sizeGB,
    ...sized(name, size, undefined),
    ...more,
  });

/** An engine of TensorRT Edge-LLM, built on the device from a repository. */
export const edge =
  (repo: string): MakeQuantisation =>
  (size) => ({
    name: 'INT4',
    format: 'trt-engine',
    repo,
    engines: ['tensorrt-edge-llm'],
    ...sized('INT4', size, undefined),
  });

/** Layers, KV heads, their size, longest context. */
export const shape = (
  layers: number,
  kvHeads: number,
  headDim: number,
  contextLength: number,
  more: Partial<ModelShape> = {},
): ModelShape => ({
  layers,
  kvHeads,
  headDim,
  contextLength,
  ...more,
});

/** A row of the catalog. */
export function model(
  id: string,
  title: string,
  size: Size,
  numbers: ModelShape,
  makes: readonly MakeQuantisation[],
  vision?: true,
): CatalogModel {
  const family = /^[a-z]+(?:-?\d+(?:\.\d+)?(?=-))?/.exec(id)?.[0] ?? id;
  return {
    id,
    title,
    family,
    paramsB: size[0],
    shape: numbers,
    ...(vision && { vision }),
    quantisations: makes.map((make) => make(size)),
  };
}

/** Boards as NVIDIA's catalogue names them. */
export const [nano, nx, agx, thor] = ['Orin Nano', 'Orin NX', 'Orin AGX', 'Thor'] as const;
/** A repository of Red Hat's with 4-bit weights. */
export const redHat = (name: string): string => `RedHatAI/${name}-quantized.w4a16`;
export const gated = { gated: true };
