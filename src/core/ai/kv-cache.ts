import type { ModelShape } from './models/model.js';

/** How keys and values are stored. */
export type KvType = 'f16' | 'q8';

/** llama.cpp's q8_0 keeps 32 values in 34 bytes; vLLM's fp8 has one byte each. */
const bytesPer: Readonly<Record<KvType, number>> = { f16: 2, q8: 34 / 32 };
/** Engines keep a batch of tokens beyond the window. */
const windowSlack = 512;

/** Bytes of the KV cache for all slots. Layers with a sliding window keep no more than that. */
export function kvBytes(shape: ModelShape, context: number, slots: number, kv: KvType): number {
  const caching = shape.attentionLayers ?? shape.layers;
  const full = shape.slidingWindow === undefined ? caching : Math.min(shape.fullLayers ?? caching, caching);
  const windowed = Math.min(context, (shape.slidingWindow ?? 0) + windowSlack);
  const tokens = full * context + (caching - full) * windowed;
  return Math.ceil(2 * shape.kvHeads * shape.headDim * bytesPer[kv] * tokens) * slots;
}

/**
 * The same where the architecture is not known: models of 8 billion parameters with grouped queries take 128 KiB a token, and it grows about
 * with the root of their size.
 */
export function estimatedKvBytes(weightBytes: number, context: number, slots: number, kv: KvType): number {
  // Four to five bits a weight, so that the estimate errs on the large side for others.
  const paramsB = weightBytes / 0.6e9;
  return Math.ceil(131_072 * Math.sqrt(Math.max(paramsB, 0.1) / 8) * context * slots * (bytesPer[kv] / 2));
}
