import type { EngineName } from './engines.js';

/** Tokens a second that somebody published for a board: what to expect, not what was measured here. */
export interface PublishedFigure {
  /** Id in the catalog. */
  readonly model: string;
  readonly engine: EngineName;
  readonly quantisation?: string | undefined;
  /** Modules by their slugs. */
  readonly modules: readonly string[];
  /** Power mode, where it was told. */
  readonly mode?: string | undefined;
  readonly concurrency: number;
  readonly tokensPerSecond: number;
  readonly source: string;
}

const [agxOrin, thor, nano, nx] = [['agx-orin-64gb'], ['agx-thor'], ['orin-nano-8gb'], ['orin-nx-16gb']];
const ailab = "NVIDIA's Jetson AI Lab, December 2025";
const archive = "NVIDIA's Jetson AI Lab archive, Orin Nano Super";
const reports = 'public reports';

/** NVIDIA's table: model, AGX Orin alone and eight at once, Thor alone and eight at once. */
const table: readonly (readonly [string, number, number, number, number])[] = [
  ['llama3-2-3b', 52.58, 240.68, 65.83, 330.72],
  ['llama3-1-8b', 28.14, 112.33, 44, 251],
  ['llama3-3-70b', 2.93, 7.38, 6.27, 41.5],
  ['qwen3-4b', 42.15, 193.83, 56.46, 273.37],
  ['qwen3-8b', 26.53, 142.99, 41.55, 229.38],
  ['qwen3-30b-a3b', 31.43, 76.69, 61.01, 226.42],
  ['qwen3-32b', 6.22, 16.84, 13.19, 79.1],
];
/** Model, tokens a second in the Super mode. */
const superNano: readonly (readonly [string, number])[] = [
  ['llama3-1-8b', 19.14],
  ['llama3-2-3b', 43.07],
  ['qwen2-5-7b', 21.75],
  ['gemma-2-2b', 34.97],
  ['gemma-2-9b', 9.21],
  ['phi-3-5-mini', 38.1],
  ['smollm2-1.7b', 64.5],
];
/** Power mode, tokens a second of Qwen3 4B on Orin NX 16GB. */
const edgeNx: readonly (readonly [string, number])[] = [
  ['10W', 12.6],
  ['15W', 12.9],
  ['25W', 13.8],
  ['40W', 30.1],
  ['MAXN_SUPER', 30],
];

const w4a16 = { engine: 'vllm', quantisation: 'W4A16', source: ailab } as const;

/** Published figures for models of the catalog. The precision of NVIDIA's table follows from its pages on the models. */
export const publishedFigures: readonly PublishedFigure[] = [
  ...table.flatMap(([model, orin1, orin8, thor1, thor8]): PublishedFigure[] => [
    { ...w4a16, model, modules: agxOrin, concurrency: 1, tokensPerSecond: orin1 },
    { ...w4a16, model, modules: agxOrin, concurrency: 8, tokensPerSecond: orin8 },
    { ...w4a16, model, modules: thor, concurrency: 1, tokensPerSecond: thor1 },
    { ...w4a16, model, modules: thor, concurrency: 8, tokensPerSecond: thor8 },
  ]),
  ...superNano.map(([model, tokensPerSecond]): PublishedFigure => ({
    model,
    engine: 'mlc',
    quantisation: 'q4f16_1',
    modules: nano,
    mode: 'MAXN_SUPER',
    concurrency: 1,
    tokensPerSecond,
    source: archive,
  })),
  ...edgeNx.map(([mode, tokensPerSecond]): PublishedFigure => ({
    model: 'qwen3-4b',
    engine: 'tensorrt-edge-llm',
    modules: nx,
    mode,
    concurrency: 1,
    tokensPerSecond,
    source: `${reports}, JetPack 7.2`,
  })),
  { model: 'gpt-oss-20b', engine: 'ollama', modules: thor, concurrency: 1, tokensPerSecond: 33.8, source: reports },
  { model: 'llama-2-7b', engine: 'mlc', modules: agxOrin, concurrency: 1, tokensPerSecond: 46.9, source: reports },
  {
    model: 'gemma3-4b',
    engine: 'llama.cpp',
    quantisation: 'Q4_0',
    modules: nano,
    mode: '15W',
    concurrency: 1,
    tokensPerSecond: 12.2,
    source: reports,
  },
];

/** What to expect: of the same model on the same module the best figure of this engine, or else of any, at this concurrency. */
export function publishedFor(
  model: string,
  module: string | undefined,
  engine: EngineName,
  concurrency: number,
): PublishedFigure | undefined {
  const here = publishedFigures
    .filter((each) => each.model === model && module !== undefined && each.modules.includes(module))
    .filter((each) => each.concurrency === (concurrency >= 8 ? 8 : 1))
    .sort((a, b) => b.tokensPerSecond - a.tokensPerSecond);
  return here.find((each) => each.engine === engine) ?? here[0];
}
