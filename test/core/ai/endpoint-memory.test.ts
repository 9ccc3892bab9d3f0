import { describe, expect, it } from '@jest/globals';
import { noAdditions } from '../../../src/core/ai/catalog-additions.js';
import { endpointMb } from '../../../src/core/ai/endpoint-memory.js';
import { allModels } from '../../../src/core/ai/model-catalog.js';

const models = allModels(noAdditions);
const launched = {
  engine: 'llama.cpp',
  api: 'llama-server',
  model: 'llama3-1-8b',
  quantisation: 'Q4_K_M',
  port: 8080,
} as const;

describe('endpointMb', () => {
  it('is the sum by which the endpoint was launched, without the headroom', () => {
    expect(endpointMb({ ...launched, context: 2048, slots: 1 }, models)).toBe(4686 + 256 + 741);
    expect(endpointMb({ ...launched, context: 2048, slots: 4 }, models)).toBe(4686 + 4 * 256 + 741);
  });

  it('is nothing where that is not known', () => {
    expect(endpointMb(undefined, models)).toBe(0);
    expect(endpointMb({ ...launched, engine: 'custom' }, models)).toBe(0);
    expect(endpointMb({ ...launched, model: 'house/unknown' }, models)).toBe(0);
    expect(endpointMb({ ...launched, engine: 'sglang', model: 'qwen2-5-7b' }, models)).toBe(0);
  });
});
