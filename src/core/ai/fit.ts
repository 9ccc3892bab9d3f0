import type { AiBoard } from './ai-board.js';
import type { EngineName } from './engines.js';
import type { KvType } from './kv-cache.js';
import type { ModelShape, Quantisation } from './models/model.js';

/** One line of the sum, MiB. */
export interface FitLine {
  readonly what: 'weights' | 'kv_cache' | 'engine' | 'vision' | 'headroom';
  readonly mb: number;
  /** Where the number comes from, in our words. */
  readonly from: string;
}

/** Something that holds memory and could be stopped. */
export interface Running {
  readonly kind: 'container' | 'desktop' | 'processes';
  /** A container's name, cleaned. */
  readonly name: string;
  readonly mb: number;
}

export interface FitQuestion {
  /** Absent where it is not known: then the KV cache is estimated. */
  readonly shape?: ModelShape | undefined;
  readonly vision?: boolean | undefined;
  readonly quantisation: Quantisation;
  readonly engine: EngineName;
  /** Tokens for each slot. */
  readonly context: number;
  readonly slots: number;
  readonly kv?: KvType | undefined;
  readonly board: AiBoard;
  readonly running: readonly Running[];
}

/** Settings that the engine needs here, for who launches it. */
export interface FitSettings {
  /** vLLM, SGLang, TensorRT-LLM: share of all memory, 0.45. */
  readonly memoryShare?: number | undefined;
  /** llama-server: MiB for its prompt cache in host memory, whose own default is 8192. */
  readonly cacheRamMb?: number | undefined;
  /** Page cache has to be given back first: less is free than is needed, though enough is available. */
  readonly dropCaches?: boolean | undefined;
}

/** Whether a model runs on a board, with the sum. MiB throughout. */
export interface Fit {
  readonly verdict: 'fits_now' | 'fits_after_stopping' | 'never' | 'not_known';
  /** In our words. */
  readonly says: string;
  readonly needMb: number;
  readonly availableMb?: number | undefined;
  readonly sum: readonly FitLine[];
  /** What to stop; present with `fits_after_stopping`. */
  readonly stop?: readonly Running[] | undefined;
  readonly cautions: readonly string[];
  readonly settings: FitSettings;
}
