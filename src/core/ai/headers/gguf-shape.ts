import type { ModelShape } from '../models/model.js';
import type { GgufHeader, GgufValue } from './gguf.js';

/** Every how many layers one keeps all tokens, of architectures whose files do not say it. */
const fullEvery: Readonly<Record<string, number>> = { gemma2: 2, gemma3: 6, 'gpt-oss': 2, cohere2: 4 };

const whole = (value: GgufValue | undefined, most: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most ? value : undefined;

/** Architecture's name, `qwen3`; undefined where the file has none that is plain. */
export function ggufArchitecture({ metadata }: GgufHeader): string | undefined {
  const name = metadata.get('general.architecture');
  return typeof name === 'string' && /^[a-z0-9][a-z0-9_.-]{0,31}$/.test(name) ? name : undefined;
}

/** The numbers that the KV cache depends on; undefined where the file does not tell them all. */
export function ggufShape(header: GgufHeader): ModelShape | undefined {
  const name = ggufArchitecture(header);
  const { metadata } = header;
  const get = (key: string): GgufValue | undefined => metadata.get(`${name ?? ''}.${key}`);
  const layers = whole(get('block_count'), 1000);
  const heads = get('attention.head_count');
  const headCount = whole(Array.isArray(heads) ? Math.max(...(heads as readonly number[])) : heads, 4096);
  const listed = get('attention.head_count_kv') ?? heads;
  const perLayer = Array.isArray(listed) ? (listed as readonly number[]) : undefined;
  const kvHeads = whole(perLayer === undefined ? listed : Math.max(...perLayer), 4096);
  const embedding = whole(get('embedding_length'), 1_000_000);
  const headDim =
    whole(get('attention.key_length'), 8192) ??
    (embedding === undefined || headCount === undefined ? undefined : Math.ceil(embedding / headCount));
  if (layers === undefined || kvHeads === undefined || headDim === undefined) return undefined;
  const attention = perLayer?.filter((count) => count > 0).length;
  const window = whole(get('attention.sliding_window'), 10_000_000);
  const every = whole(get('attention.sliding_window_pattern'), 1000) ?? fullEvery[name ?? ''];
  const contextLength = whole(get('context_length'), 1e9);
  return {
    layers,
    kvHeads,
    headDim,
    ...(attention !== undefined && attention > 0 && attention < layers && { attentionLayers: attention }),
    // Where it is not said which layers have the window, all count in full: rather too much than too little.
    ...(window !== undefined &&
      every !== undefined && { slidingWindow: window, fullLayers: Math.floor(layers / every) }),
    ...(contextLength !== undefined && { contextLength }),
  };
}
