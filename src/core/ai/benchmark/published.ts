import { noAdditions } from '../catalog-additions.js';
import { allModels, findModel } from '../model-catalog.js';
import { publishedFigures, type PublishedFigure } from '../published-figures.js';
import type { Circumstances } from './circumstances.js';

/** A published figure with what more is known of how it was made. */
export interface Reference extends PublishedFigure {
  /** jetson_clocks held the clocks; undefined where nobody said. */
  readonly clocksHeld?: boolean | undefined;
}

const thor = ['agx-thor'];
const fp8 = {
  model: 'qwen3-8b',
  engine: 'vllm',
  quantisation: 'FP8',
  modules: thor,
  source: 'public reports, L4T 38.2',
} as const;
/** Mode, clocks held, requests at once, tokens a second. */
const thorModes: readonly (readonly [string, boolean, number, number])[] = [
  ['MAXN', false, 1, 63.61],
  ['MAXN', true, 1, 111.15],
  ['MAXN', false, 8, 251.56],
  ['MAXN', true, 8, 298.07],
  ['120W', false, 1, 63.9],
  ['120W', true, 1, 79.94],
  ['120W', false, 8, 240.14],
  ['120W', true, 8, 249.82],
];
/** Orin Nano before its Super mode. */
const oldNano: readonly (readonly [string, number])[] = [
  ['llama3-1-8b', 14],
  ['llama3-2-3b', 27.7],
  ['qwen2-5-7b', 14.2],
  ['gemma-2-2b', 21.5],
  ['gemma-2-9b', 7.2],
  ['phi-3-5-mini', 24.7],
  ['smollm2-1.7b', 41],
];

/** Figures that say more of their circumstances than what to expect of a board. */
export const references: readonly Reference[] = [
  ...publishedFigures,
  ...thorModes.map(([mode, clocksHeld, concurrency, tokensPerSecond]) => ({
    ...fp8,
    mode,
    clocksHeld,
    concurrency,
    tokensPerSecond,
  })),
  ...oldNano.map(([model, tokensPerSecond]) => ({
    model,
    engine: 'mlc' as const,
    quantisation: 'q4f16_1',
    modules: ['orin-nano-8gb'],
    mode: '15W',
    concurrency: 1,
    tokensPerSecond,
    source: "NVIDIA's Jetson AI Lab archive, Orin Nano before Super",
  })),
  ...(['MAXN', '50W'] as const).map((mode, i) => ({
    model: 'qwen2-32b',
    engine: 'llama.cpp' as const,
    quantisation: 'Q4_K_M',
    modules: ['agx-orin-64gb'],
    mode,
    concurrency: 1,
    tokensPerSecond: i === 0 ? 6.84 : 5.37,
    source: 'public reports, JetPack 5',
  })),
  {
    model: 'nemotron-3-nano-4b',
    engine: 'llama.cpp',
    quantisation: 'Q4_K_M',
    modules: ['orin-nano-8gb'],
    mode: 'MAXN_SUPER',
    concurrency: 1,
    tokensPerSecond: 19.6,
    source: 'public reports',
  },
];

const plain = (text: string | undefined): string | undefined => text?.toLowerCase().replaceAll('_', '');
const same = (a: string | undefined, b: string | undefined): boolean => a !== undefined && plain(a) === plain(b);

/** Figures of the same model on the same module at that concurrency, with what is other there, as far as anybody said. */
export function referencesFor(
  run: Circumstances,
  concurrency: number,
): readonly { readonly reference: Reference; readonly other: readonly string[] }[] {
  const model = findModel(allModels(noAdditions), run.model)?.id ?? run.model.toLowerCase();
  return references
    .filter((each) => each.model === model && each.concurrency === concurrency)
    .filter(({ modules }) => run.module !== undefined && modules.includes(run.module))
    .map((reference) => {
      const { engine, quantisation, mode, clocksHeld } = reference;
      const held = run.clocks === 'pinned';
      const other = [
        ...(engine === run.engine ? [] : [`engine ${engine}`]),
        ...(same(quantisation, run.quantisation) ? [] : [`quantisation ${quantisation ?? 'unknown'}`]),
        ...(same(mode, run.powerMode) ? [] : [`power mode ${mode ?? 'unknown'}`]),
        ...(clocksHeld === held
          ? []
          : [`clocks ${clocksHeld === undefined ? 'unknown' : clocksHeld ? 'held' : 'not held'}`]),
        'prompt and answer lengths unknown',
      ];
      return { reference, other };
    })
    .sort((a, b) => a.other.length - b.other.length);
}
