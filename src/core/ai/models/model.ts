import type { EngineName, WeightFormat } from '../engines.js';

/** The numbers of an architecture that memory depends on. */
export interface ModelShape {
  readonly layers: number;
  /** Layers that keep a KV cache; all where absent. Hybrids with Mamba layers have few. */
  readonly attentionLayers?: number | undefined;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Tokens that layers with a sliding window keep. */
  readonly slidingWindow?: number | undefined;
  /** How many of the attention layers keep all tokens; all where absent. */
  readonly fullLayers?: number | undefined;
  readonly contextLength?: number | undefined;
}

/** One stored form of a model. */
export interface Quantisation {
  /** `Q4_K_M`, `W4A16`, `FP8` */
  readonly name: string;
  readonly format: WeightFormat;
  /** Bytes of the weights. */
  readonly bytes: number;
  /** Where the size comes from. */
  readonly sizeFrom: 'file' | 'parameters' | 'user';
  /** Repository on the hub, `RedHatAI/Qwen3-8B-quantized.w4a16`, or a name of Ollama's library. */
  readonly repo: string;
  /** File in it, for GGUF. */
  readonly file?: string | undefined;
  readonly engines: readonly EngineName[];
  /** GB of RAM that a board needs at least by NVIDIA's catalogue; a floor under our own sum. */
  readonly listedRamGB?: number | undefined;
  /** The smallest board by NVIDIA's catalogue. */
  readonly listedBoard?: string | undefined;
  /** Size by NVIDIA's catalogue, GB; told where it is far from what such weights take. */
  readonly listedSizeGB?: number | undefined;
  /** Least compute capability, `10.0` for NVFP4. */
  readonly leastSm?: string | undefined;
  /** The hub hands it out only to accounts that accepted its licence. */
  readonly gated?: boolean | undefined;
}

export interface CatalogModel {
  /** `qwen3-8b` */
  readonly id: string;
  readonly title: string;
  /** `qwen3` */
  readonly family: string;
  /** Billions of parameters; 0 where a user's file does not tell. */
  readonly paramsB: number;
  /** Absent where it is not known: then the KV cache is estimated. */
  readonly shape?: ModelShape | undefined;
  /** It looks at pictures too. */
  readonly vision?: boolean | undefined;
  readonly quantisations: readonly Quantisation[];
}
