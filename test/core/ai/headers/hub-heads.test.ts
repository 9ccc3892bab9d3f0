import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { configShape } from '../../../../src/core/ai/headers/hub-config.js';
import { parseSafetensors } from '../../../../src/core/ai/headers/safetensors.js';

function safetensors(head: unknown, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof head === 'string' ? head : JSON.stringify(head));
  const bytes = new Uint8Array(8 + json.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const tensors = {
  __metadata__: { format: 'pt' },
  'model.embed_tokens.weight': { dtype: 'BF16', shape: [4, 8], data_offsets: [0, 64] },
  'lm_head.weight': { dtype: 'BF16', shape: [2, 8], data_offsets: [64, 96] },
};

describe('parseSafetensors', () => {
  it('sums the tensors', () => {
    const bytes = safetensors(tensors);
    expect(parseSafetensors(bytes)).toEqual({ headBytes: bytes.length, weightBytes: 96, largestBytes: 64 });
  });

  it('says how many bytes it needs', () => {
    const bytes = safetensors(tensors);
    expect(parseSafetensors(bytes.subarray(0, 20))).toEqual({ headBytes: bytes.length });
    expect(parseSafetensors(bytes.subarray(0, 8))).toEqual({ headBytes: bytes.length });
  });

  it.each([
    ['a head of more than the format allows', safetensors(tensors, 2n ** 40n)],
    ['a head of 2^64', safetensors(tensors, 2n ** 64n - 1n)],
    ['no JSON', safetensors('{"a": ')],
    ['a list', safetensors('[1]')],
    ['offsets that go back', safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [8, 4] } })],
    ['offsets of text', safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: ['0', '4'] } })],
    ['a GGUF file', new TextEncoder().encode('GGUF\u0003\u0000\u0000\u0000\u0000\u0000')],
    ['nothing', new Uint8Array()],
  ])('refuses %s', (_what, bytes) => expect(parseSafetensors(bytes)).toBeUndefined());

  it('never throws', () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => safetensors(text)),
    );
    fc.assert(
      fc.property(any, (bytes) => void parseSafetensors(bytes)),
      { numRuns: 2000 },
    );
  });
});

describe('configShape', () => {
  const plain = {
    num_hidden_layers: 36,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 128,
    max_position_embeddings: 40_960,
  };

  it.each([
    [
      'Qwen3',
      { ...plain, sliding_window: null, use_sliding_window: false },
      { layers: 36, kvHeads: 8, headDim: 128, contextLength: 40_960 },
    ],
    [
      'no head_dim',
      { num_hidden_layers: 2, num_attention_heads: 8, hidden_size: 512 },
      { layers: 2, kvHeads: 8, headDim: 64 },
    ],
    [
      'layers by name',
      {
        ...plain,
        sliding_window: 1024,
        layer_types: [...Array<string>(30).fill('sliding_attention'), ...Array<string>(6).fill('full_attention')],
      },
      { layers: 36, kvHeads: 8, headDim: 128, slidingWindow: 1024, fullLayers: 6, contextLength: 40_960 },
    ],
    [
      'a pattern',
      { ...plain, sliding_window: 512, sliding_window_pattern: 6 },
      { layers: 36, kvHeads: 8, headDim: 128, slidingWindow: 512, fullLayers: 6, contextLength: 40_960 },
    ],
    [
      'a hybrid',
      { ...plain, hybrid_override_pattern: 'M-M*M-M*' },
      { layers: 36, attentionLayers: 2, kvHeads: 8, headDim: 128, contextLength: 40_960 },
    ],
    [
      'a model that sees',
      { vision_config: { num_hidden_layers: 9 }, text_config: plain },
      { layers: 36, kvHeads: 8, headDim: 128, contextLength: 40_960 },
    ],
    [
      'a window without saying where',
      { ...plain, sliding_window: 4096 },
      { layers: 36, kvHeads: 8, headDim: 128, contextLength: 40_960 },
    ],
  ])('reads %s', (_what, config, shape) => expect(configShape(JSON.stringify(config))).toEqual(shape));

  it('does not make up what is not there', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '{}',
      '{"num_hidden_layers": 1e9}',
      '{"num_hidden_layers": -3, "head_dim": "x"}',
    ])
      expect(configShape(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void configShape(text)),
      { numRuns: 1000 },
    );
  });
});
