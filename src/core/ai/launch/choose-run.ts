import { Failure } from '../../errors.js';
import type { FoundFile, WantedWeights } from './wanted-model.js';
import type { ServedBy } from './endpoint.js';
import type { AiBoard } from '../ai-board.js';
import type { CatalogAdditions } from '../catalog-additions.js';
import type { EngineName } from '../engines.js';
import { matchImage, type ImageChoice, type ImageMatch } from '../image-match.js';
import { fitModel, type Fit, type Running } from '../memory-fit.js';

/** One way to run the model on a board: engine, image, weights and the memory that they take. */
export interface ChosenRun {
  readonly engine: ServedBy;
  readonly weights: WantedWeights;
  readonly image: string;
  readonly choice?: ImageChoice | undefined;
  /** Absent where the size of the weights is not known. */
  readonly fit?: Fit | undefined;
}

export interface RunQuestion {
  readonly weights: readonly WantedWeights[];
  readonly engine?: EngineName | undefined;
  /** Instead of the one that the matching finds. */
  readonly image?: string | undefined;
  readonly context: number;
  readonly slots: number;
  readonly board: AiBoard;
  readonly running: readonly Running[];
  readonly additions: CatalogAdditions;
  /** Names of images that the device has. */
  readonly local: readonly string[];
}

/** vLLM wins where there is memory for several requests at once; llama.cpp takes the least. */
const bySize: Readonly<Record<'small' | 'large', readonly EngineName[]>> = {
  small: ['llama.cpp', 'ollama', 'mlc', 'tensorrt-edge-llm', 'vllm', 'sglang', 'tensorrt-llm'],
  large: ['vllm', 'llama.cpp', 'sglang', 'ollama', 'mlc', 'tensorrt-llm', 'tensorrt-edge-llm'],
};
const largeMb = 24 * 1024;

/** One engine with one stored form of the model: which image, and whether it fits. */
export interface Tried {
  readonly engine: EngineName;
  readonly weights: WantedWeights;
  readonly match: ImageMatch | undefined;
  readonly image: string | undefined;
  readonly fit: Fit | undefined;
}

/** Every way to run the model on a board, in the order of preference. */
export function tried(question: RunQuestion): Tried[] {
  const { board, additions, local, running, context, slots } = question;
  const order = bySize[(board.memory.totalMb ?? 0) >= largeMb ? 'large' : 'small'];
  const matches = new Map<EngineName, ImageMatch>();
  return order
    .filter((engine) => question.engine === undefined || engine === question.engine)
    .flatMap((engine) =>
      question.weights
        .filter(({ quantisation }) => quantisation.engines.includes(engine) || question.engine === engine)
        .map((weights): Tried => {
          const match =
            question.image === undefined
              ? (matches.get(engine) ?? matchImage(board, engine, additions, local))
              : undefined;
          if (match) matches.set(engine, match);
          const { quantisation, shape, vision } = weights;
          const fit =
            quantisation.bytes === 0
              ? undefined
              : fitModel({ shape, quantisation, engine, context, slots, board, running, vision });
          const image = question.image ?? (match?.found === true ? match.best.image : undefined);
          return { engine, weights, match, image, fit };
        }),
    );
}

const works = ({ image, fit }: Tried): boolean =>
  image !== undefined && fit?.verdict !== 'never' && fit?.verdict !== 'fits_after_stopping';

function refusal(all: readonly Tried[]): Failure {
  const later = all.find(({ image, fit }) => image !== undefined && fit?.verdict === 'fits_after_stopping');
  if (later?.fit)
    return new Failure('unsupported', `${later.weights.model} does not fit now. ${later.fit.says}`, {
      hint: 'Stop what is named (ai_stop, container_control) and launch again, or choose a smaller quantisation or context.',
      retry: 'yes',
    });
  const never = all.find(({ image, fit }) => image !== undefined && fit?.verdict === 'never');
  if (never?.fit)
    return new Failure('unsupported', `${never.weights.model} does not run here. ${never.fit.says}`, {
      hint: 'ai_match tells which models and quantisations this board can hold.',
      retry: 'no',
    });
  const match = all.find((each) => each.match?.found === false)?.match;
  if (match?.found === false) return new Failure('unsupported', match.why, { hint: match.hint, retry: 'no' });
  return new Failure('invalid_input', 'engine: this engine does not load the model in any form that is known.', {
    hint: 'Leave engine away, or give the repository of a hub that has its format.',
    retry: 'yes',
  });
}

/** The best way to run the model here. Throws `unsupported` with the sum where it does not fit, and what to stop where that helps. */
export function chooseRun(question: RunQuestion): ChosenRun {
  const all = tried(question);
  const best = all.find(works);
  if (best?.image === undefined) throw refusal(all);
  const { engine, weights, image, match, fit } = best;
  return { engine, weights, image, fit, choice: match?.found === true ? match.best : undefined };
}

/** An image with a command of its own: nothing of it is known but the weights of a path. */
export function customRun(
  {
    model,
    image,
    quantisation = 'custom',
  }: { readonly model: string; readonly image: string; readonly quantisation?: string | undefined },
  found: FoundFile | undefined,
): ChosenRun {
  const from =
    found === undefined
      ? ({ kind: 'hub', repo: model } as const)
      : ({ kind: 'path', path: model, folder: found.folder } as const);
  const { bytes = 0 } = found ?? {};
  const sizeFrom = found === undefined ? ('user' as const) : ('file' as const);
  const weights = { name: quantisation, format: 'safetensors' as const, bytes, sizeFrom, repo: model, engines: [] };
  return { engine: 'custom', image, weights: { model, from, quantisation: weights } };
}
