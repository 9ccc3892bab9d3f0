import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { parseGguf } from '../../../../src/core/ai/headers/gguf.js';
import { ggufArchitecture, ggufShape } from '../../../../src/core/ai/headers/gguf-shape.js';
import { ggufBytes, ggufWithCounts } from './gguf-bytes.js';

const llama = {
  metadata: {
    'general.architecture': { text: 'llama' },
    'general.name': { text: 'Meta Llama 3.1 8B' },
    'llama.block_count': { u32: 32 },
    'llama.context_length': { u32: 131_072 },
    'llama.embedding_length': { u32: 4096 },
    'llama.attention.head_count': { u32: 32 },
    'llama.attention.head_count_kv': { u32: 8 },
    'llama.rope.freq_base': { f32: 500_000 },
    'tokenizer.ggml.tokens': { texts: ['a', 'b', 'c'] },
    'tokenizer.ggml.token_type': { numbers: Array.from({ length: 2000 }, (_, i) => i) },
    'tokenizer.ggml.add_bos_token': { bool: true },
  },
  tensors: { 'token_embd.weight': [12, 4096, 256], 'output_norm.weight': [0, 4096], 'output.weight': [14, 4096, 256] },
} as const;

describe('parseGguf', () => {
  it('reads metadata, skips long lists, and sums the tensors', () => {
    const header = parseGguf(ggufBytes(llama));
    expect(header).toMatchObject({ version: 3, tensorCount: 3, metadataWhole: true });
    expect(header?.metadata.get('general.name')).toBe('Meta Llama 3.1 8B');
    expect(header?.metadata.get('tokenizer.ggml.add_bos_token')).toBe(true);
    expect(header?.metadata.has('tokenizer.ggml.tokens')).toBe(false);
    expect(header?.metadata.has('tokenizer.ggml.token_type')).toBe(false);
    const weights = 4096 * 256;
    expect(header?.tensors).toEqual({
      bytes: (weights / 256) * 144 + 4096 * 4 + (weights / 256) * 210,
      largestBytes: (weights / 256) * 210,
      parameters: 2 * weights + 4096,
    });
  });

  it('tells the architecture from as many first bytes as have it', () => {
    const whole = ggufBytes(llama);
    const shape = { layers: 32, kvHeads: 8, headDim: 128, contextLength: 131_072 };
    const header = parseGguf(whole.subarray(0, 420));
    expect(header).toMatchObject({ metadataWhole: false, tensorCount: 3 });
    expect(header?.tensors).toBeUndefined();
    expect(header && ggufShape(header)).toEqual(shape);
    expect(parseGguf(ggufBytes({ ...llama, version: 2 }))).toMatchObject({ version: 2 });
  });

  it('knows hybrids, windows and keys of another length', () => {
    const shapeOf = (metadata: Parameters<typeof ggufBytes>[0]['metadata']) => {
      const header = parseGguf(ggufBytes({ metadata: metadata ?? {} }));
      return header && ggufShape(header);
    };
    const base = (name: string) => ({
      'general.architecture': { text: name },
      [`${name}.block_count`]: { u32: 12 },
      [`${name}.embedding_length`]: { u32: 1024 },
      [`${name}.attention.head_count`]: { u32: 8 },
    });
    expect(
      shapeOf({
        ...base('nemotron_h'),
        'nemotron_h.attention.head_count_kv': { numbers: [0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 8] },
      }),
    ).toEqual({ layers: 12, attentionLayers: 3, kvHeads: 8, headDim: 128 });
    expect(
      shapeOf({
        ...base('gemma3'),
        'gemma3.attention.head_count_kv': { u32: 4 },
        'gemma3.attention.key_length': { u32: 256 },
        'gemma3.attention.sliding_window': { u32: 1024 },
      }),
    ).toEqual({ layers: 12, kvHeads: 4, headDim: 256, slidingWindow: 1024, fullLayers: 2 });
    // Which layers have the window is not said: all count in full.
    expect(shapeOf({ ...base('phi3'), 'phi3.attention.sliding_window': { u32: 2047 } })).toEqual({
      layers: 12,
      kvHeads: 8,
      headDim: 128,
    });
    expect(shapeOf({ 'general.architecture': { text: 'clip' } })).toBeUndefined();
    const odd = parseGguf(ggufBytes({ metadata: { 'general.architecture': { text: 'A model; rm -rf' } } }));
    expect(odd && ggufArchitecture(odd)).toBeUndefined();
  });

  it('is not taken in by counts that no file has', () => {
    for (const [tensors, keys] of [
      [2n ** 64n - 1n, 1n],
      [1n, 2n ** 63n],
      [10n ** 9n, 0n],
      [0n, 10n ** 7n],
    ] as const) {
      expect(parseGguf(ggufWithCounts(tensors, keys))).toBeUndefined();
    }
    for (const bytes of ['', 'GG', 'GGUF', 'PK\u0003\u0004aaaaaaaaaaaaaaaaaaaaaaaaaa', '{"a": 1}'])
      expect(parseGguf(new TextEncoder().encode(bytes))).toBeUndefined();
    expect(parseGguf(ggufBytes({ version: 1 }))).toBeUndefined();
    expect(parseGguf(ggufBytes({ version: 0x03000000 }))).toBeUndefined();
  });

  it('does not know the size of tensors of an unknown type', () => {
    expect(parseGguf(ggufBytes({ tensors: { a: [99, 4] } }))?.tensors).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    const whole = ggufBytes(llama);
    const damaged = fc
      .tuple(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }), fc.nat(whole.length))
      .map(([changes, length]) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 400 })), (bytes) => {
        const header = parseGguf(bytes);
        if (header === undefined) return;
        const shape = ggufShape(header);
        if (shape === undefined) return;
        expect(shape.layers).toBeLessThanOrEqual(1000);
        expect(Number.isInteger(shape.headDim) && shape.headDim > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
