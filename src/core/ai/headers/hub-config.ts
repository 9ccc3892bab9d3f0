import { z } from 'zod';
import type { ModelShape } from '../models/model.js';

const count = (most: number) => z.number().int().min(1).max(most).optional().nullable().catch(undefined);

const fields = z.object({
  num_hidden_layers: count(1000),
  num_attention_heads: count(4096),
  num_key_value_heads: count(4096),
  head_dim: count(8192),
  hidden_size: count(1_000_000),
  max_position_embeddings: count(1e9),
  sliding_window: count(10_000_000),
  use_sliding_window: z.boolean().optional().catch(undefined),
  sliding_window_pattern: count(1000),
  layer_types: z.array(z.string()).max(1000).optional().catch(undefined),
  hybrid_override_pattern: z.string().max(1000).optional().catch(undefined),
});

const known = (value: number | null | undefined): number | undefined => value ?? undefined;

/** How many layers keep a KV cache, and how many of these keep all tokens. */
function layersOf(config: z.output<typeof fields>, layers: number): { attention: number; full: number } {
  const { layer_types: types, hybrid_override_pattern: hybrid, sliding_window_pattern: every } = config;
  if (types !== undefined && types.length > 0) {
    const full = types.filter((type) => type === 'full_attention').length;
    const sliding = types.filter((type) => type === 'sliding_attention').length;
    // Words of another kind: every layer counts in full.
    return full + sliding === 0 ? { attention: layers, full: layers } : { attention: full + sliding, full };
  }
  const stars = hybrid?.match(/\*/g)?.length ?? 0;
  if (stars > 0) return { attention: stars, full: stars };
  return { attention: layers, full: typeof every === 'number' ? Math.floor(layers / every) : layers };
}

/** The numbers that the KV cache depends on, of a hub repository's `config.json`; undefined where it does not tell them. */
export function configShape(text: string): ModelShape | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  // Models that look at pictures have the numbers of their language part in a field of their own.
  const inner = (json as Readonly<Record<string, unknown>>)['text_config'];
  const parsed = fields.safeParse(typeof inner === 'object' && inner !== null ? { ...json, ...inner } : json);
  if (!parsed.success) return undefined;
  const config = parsed.data;
  const layers = known(config.num_hidden_layers);
  const heads = known(config.num_attention_heads);
  const kvHeads = known(config.num_key_value_heads) ?? heads;
  const hidden = known(config.hidden_size);
  const headDim =
    known(config.head_dim) ?? (hidden === undefined || heads === undefined ? undefined : Math.ceil(hidden / heads));
  if (layers === undefined || kvHeads === undefined || headDim === undefined) return undefined;
  const { attention, full } = layersOf(config, layers);
  const window = config.use_sliding_window === false ? undefined : known(config.sliding_window);
  const contextLength = known(config.max_position_embeddings);
  return {
    layers,
    kvHeads,
    headDim,
    ...(attention < layers && { attentionLayers: attention }),
    ...(window !== undefined && full < attention && { slidingWindow: window, fullLayers: full }),
    ...(contextLength !== undefined && { contextLength }),
  };
}
