import { describe, expect, it } from '@jest/globals';
import type { AiBoard } from '../../../src/core/ai/ai-board.js';
import { boardOn } from '../../../src/core/ai/decision-tables.js';
import { kvBytes } from '../../../src/core/ai/kv-cache.js';
import { fitModel, nominalGB, type FitQuestion, type Running } from '../../../src/core/ai/memory-fit.js';
import { catalogModels } from '../../../src/core/ai/models/models.js';

const formOf = (id: string, format: string) => {
  const model = catalogModels.find((each) => each.id === id);
  const quantisation = model?.quantisations.find((each) => each.format === format);
  if (model === undefined || quantisation === undefined) throw new Error(`no ${format} of ${id}`);
  return { shape: model.shape, vision: model.vision, quantisation };
};
const nano = (more: Partial<AiBoard['memory']> = {}, l4t = '36.5.0'): AiBoard => ({
  ...boardOn(l4t, 'tegra234'),
  module: 'orin-nano-8gb',
  memory: { totalMb: 7620, availableMb: 6100, freeMb: 5900, ...more },
});
const llama8b = {
  ...formOf('llama3-1-8b', 'gguf'),
  engine: 'llama.cpp' as const,
  context: 4096,
  slots: 1,
  running: [],
};
const fit = (question: Partial<FitQuestion>) => fitModel({ ...llama8b, board: nano(), ...question });
const container = (name: string, mb: number): Running => ({ kind: 'container', name, mb });

describe('kvBytes', () => {
  it('is two vectors for each layer, head and token', () => {
    const shape = { layers: 32, kvHeads: 8, headDim: 128 };
    expect(kvBytes(shape, 4096, 1, 'f16')).toBe(2 * 32 * 8 * 128 * 2 * 4096);
    expect(kvBytes(shape, 4096, 4, 'f16')).toBe(4 * kvBytes(shape, 4096, 1, 'f16'));
    expect(kvBytes(shape, 4096, 1, 'q8') / kvBytes(shape, 4096, 1, 'f16')).toBeCloseTo(34 / 64);
  });

  it('keeps no more than the window in the layers that have one', () => {
    const shape = { layers: 34, kvHeads: 4, headDim: 256, slidingWindow: 1024, fullLayers: 5 };
    const perToken = 2 * 4 * 256 * 2;
    expect(kvBytes(shape, 32_768, 1, 'f16')).toBe(perToken * (5 * 32_768 + 29 * 1536));
    expect(kvBytes(shape, 1000, 1, 'f16')).toBe(perToken * 34 * 1000);
    expect(kvBytes({ layers: 56, attentionLayers: 4, kvHeads: 8, headDim: 128 }, 100, 1, 'f16')).toBe(
      2 * 8 * 128 * 2 * 4 * 100,
    );
  });
});

describe('fitModel', () => {
  it('shows every line of the sum', () => {
    const { sum, needMb, verdict, availableMb } = fit({ context: 2048 });
    expect(sum.map(({ what, mb }) => [what, mb])).toEqual([
      ['weights', 4686],
      ['kv_cache', 256],
      ['engine', 741],
      ['headroom', 381],
    ]);
    expect(sum[0]?.from).toBe('by the size of its file');
    expect([needMb, verdict, availableMb]).toEqual([6064, 'fits_now', 6100]);
  });

  it('grows with context and slots', () => {
    const need = (context: number, slots: number): number => fit({ context, slots }).needMb;
    expect(need(4096, 1) - need(2048, 1)).toBe(256);
    expect(need(2048, 4) - need(2048, 1)).toBe(3 * 256);
  });

  it('names the fewest things to stop', () => {
    const running = [
      container('small', 300),
      container('web', 700),
      { kind: 'desktop', name: 'the desktop session', mb: 1500 } as const,
    ];
    const at = (availableMb: number) => fit({ context: 2048, board: nano({ availableMb }), running });
    expect(at(5500)).toMatchObject({ verdict: 'fits_after_stopping', stop: [{ name: 'web' }] });
    expect(at(5000)).toMatchObject({ stop: [{ name: 'the desktop session' }] });
    expect(at(4400)).toMatchObject({ stop: [{ name: 'the desktop session' }, { name: 'web' }] });
    expect(at(3000).stop).toEqual([
      running[2],
      running[1],
      running[0],
      { kind: 'processes', name: expect.any(String), mb: 564 },
    ]);
    expect(at(5500).says).toBe('It needs 6064 MiB, 564 more than is available. Stop container web (700 MiB).');
  });

  it('says never where nothing helps', () => {
    const never = fit({ ...formOf('qwen3-32b', 'gguf'), running: [container('web', 4000)] });
    expect(never).toMatchObject({ verdict: 'never', cautions: [] });
    expect(never).not.toHaveProperty('stop');
    expect(never.says).toMatch(/with nothing else running the board can give about 6920/);
    expect(fit({ engine: 'vllm' })).toMatchObject({ verdict: 'never', says: 'vllm does not load gguf weights.' });
  });

  it('holds to the memory that NVIDIA lists, and to the GPU that the weights need', () => {
    const gemma = { ...formOf('gemma3-12b', 'safetensors'), engine: 'vllm' as const };
    const board = { ...nano({ totalMb: 15_656, availableMb: 15_000 }), module: 'orin-nx-16gb' };
    expect(fit({ ...gemma, board })).toMatchObject({ verdict: 'fits_now' });
    expect(fit({ ...gemma, board: nano({ availableMb: 7620 }) }).says).toMatch(
      /wants a board with 12 GB at least; this one has 8/,
    );
    const fp4 = { ...formOf('nemotron-nano-9b-v2', 'safetensors'), engine: 'vllm' as const };
    expect(fit({ ...fp4, board }).says).toMatch(/SM 10\.0 or newer; this is 8\.7/);
  });

  it('does not guess memory that could not be read', () => {
    expect(fit({ board: { ...nano(), memory: {} } })).toMatchObject({ verdict: 'not_known' });
  });

  it('estimates the cache of an unknown architecture, and says so', () => {
    const { sum } = fit({ shape: undefined });
    expect(sum[1]?.from).toMatch(/estimated/);
    expect(sum[1]?.mb).toBeGreaterThan(400);
    expect(sum[1]?.mb).toBeLessThan(800);
  });

  it('says where a catalogue is wrong about the size', () => {
    const { sum } = fit({ ...formOf('ministral3-14b-reasoning', 'safetensors'), engine: 'vllm' });
    expect(sum[0]?.from).toMatch(/catalogue says 9 GB, which weights of FP16 do not come to/);
  });
});

describe('known traps', () => {
  const cautions = (question: Partial<FitQuestion>): string => fit(question).cautions.join(' ');

  it('llama-server keeps prompts in host memory', () => {
    expect(cautions({ context: 2048 })).toMatch(/8192 MiB of old prompts.*--cache-ram 0/);
    expect(fit({ context: 2048 }).settings.cacheRamMb).toBe(0);
    const roomy = nano({ totalMb: 15_656, availableMb: 14_000 });
    expect(fit({ board: roomy }).settings.cacheRamMb).toBe(512);
    expect(cautions({ board: nano({ totalMb: 62_841, availableMb: 60_000 }) })).not.toMatch(/prompts/);
  });

  it('Orin Nano on 36.4.7 refuses single allocations of 4 GiB', () => {
    const old = nano({}, '36.4.7');
    expect(fit({ context: 2048, board: old })).toMatchObject({ verdict: 'never' });
    expect(fit({ context: 2048, board: old }).says).toMatch(/refuses pieces of 4 GiB or more. L4T 36.5 mended it/);
    expect(fit({ ...formOf('qwen3-4b', 'gguf'), board: old })).toMatchObject({ verdict: 'fits_now' });
    const nx = { ...old, module: 'orin-nx-16gb', memory: { totalMb: 15_656, availableMb: 14_000 } };
    expect(fit({ board: nx })).toMatchObject({ verdict: 'fits_now' });
    expect(cautions({ board: nx })).toMatch(/other modules may too/);
  });

  it('zram is no memory for the GPU', () => {
    expect(cautions({ board: nano({ availableMb: 5000, swapMb: 3810, zramMb: 3810 }) })).toMatch(
      /zram swap does not help/,
    );
  });

  it('engines that reserve a share get the one that suffices', () => {
    const vllm = { ...formOf('qwen3-4b', 'safetensors'), engine: 'vllm' as const };
    const { settings, needMb, cautions: told } = fit(vllm);
    const share = settings.memoryShare ?? 0;
    expect(share * 7620).toBeGreaterThanOrEqual(needMb - 381);
    expect((share - 0.01) * 7620).toBeLessThan(needMb - 381);
    expect(told.join(' ')).toMatch(/refuses where that much is not free/);
  });

  it('page cache is not free to CUDA', () => {
    const full = nano({ freeMb: 900 });
    expect(fit({ context: 2048, board: full }).settings.dropCaches).toBe(true);
    expect(cautions({ context: 2048, board: full })).toMatch(/Only 900 MiB are free beside the page cache/);
    expect(fit({ context: 2048, board: nano({ freeMb: 6090 }) }).settings).not.toHaveProperty('dropCaches');
  });

  it('names boards by the memory they are sold with', () => {
    expect([1972, 3964, 7486, 15_656, 30_536, 62_841, 125_772].map(nominalGB)).toEqual([2, 4, 8, 16, 32, 64, 128]);
  });
});
