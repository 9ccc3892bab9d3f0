import { describe, expect, it } from '@jest/globals';
import type { AiBoard } from '../../../src/core/ai/ai-board.js';
import { noAdditions, type CatalogAdditions } from '../../../src/core/ai/catalog-additions.js';
import { boardOn } from '../../../src/core/ai/decision-tables.js';
import { matchImage } from '../../../src/core/ai/image-match.js';
import type { EngineName } from '../../../src/core/ai/engines.js';

const orin = boardOn('36.4.7', 'tegra234');
const orin7 = boardOn('39.2.1', 'tegra234');
const thor = boardOn('38.2.0', 'tegra264');
const match = (
  board: AiBoard,
  engine: EngineName,
  more: Partial<CatalogAdditions> = {},
  local: readonly string[] = [],
) => matchImage(board, engine, { ...noAdditions, ...more }, local);
const best = (...args: Parameters<typeof match>): unknown => {
  const found = match(...args);
  return found.found ? found.best : found;
};

describe('matchImage', () => {
  it('prefers what needs no newer CUDA than the driver has, unlike autotag', () => {
    const found = match(orin, 'llama.cpp');
    expect(found).toMatchObject({ found: true, best: { image: 'ghcr.io/nvidia-ai-iot/llama_cpp:latest-jetson-orin' } });
    const newer = found.found ? found.others.find(({ image }) => image.includes('cu128')) : undefined;
    expect(newer?.cautions.join(' ')).toMatch(/CUDA 12\.8, newer than the driver's 12\.6/);
    expect(best(orin, 'ollama')).toMatchObject({
      image: 'dustynv/ollama:0.6.8-r36.4-cu126-22.04',
      registry: 'docker.io',
    });
  });

  it('never gives an image by guess where the release is not known', () => {
    for (const l4t of [undefined, '40.1.0', '37.0.0', '21.1.0']) {
      for (const engine of ['llama.cpp', 'vllm', 'ollama'] as const) {
        const found = match({ ...orin, l4t }, engine);
        expect(found.found).toBe(false);
        if (!found.found) expect(found.notKnown.join()).toMatch(/L4T/);
      }
    }
  });

  it('takes a release that the table lacks by the rules of its line', () => {
    // 36.9.9 is R36 from 36.4 on, but which CUDA its driver has is not known.
    const found = match({ ...orin, l4t: '36.9.9', cudaDriver: undefined }, 'vllm');
    expect(found).toMatchObject({ found: true });
    if (found.found) expect(found.best.cautions.join(' ')).toMatch(/Which CUDA the driver has is not known/);
    expect(match({ ...thor, l4t: '39.9.0', cudaDriver: undefined }, 'vllm')).toMatchObject({
      found: false,
      notKnown: expect.arrayContaining(['CUDA version of the driver']),
    });
  });

  it('says what else of the board it would have to know', () => {
    expect(match({ ...orin7, soc: undefined, sm: undefined }, 'llama.cpp')).toMatchObject({ found: false });
    const found = match({ ...thor, soc: undefined, sm: undefined }, 'sglang');
    expect(found).toMatchObject({ found: false, notKnown: ['SM (compute capability)'] });
  });

  it('keeps images of JetPack 6 off JetPack 7, which jetson-containers does not', () => {
    const found = match(orin7, 'mlc');
    expect(found.found).toBe(false);
    if (!found.found) expect(found.refused[0]?.why).toMatch(/built on L4T R36, whose driver libraries do not fit R39/);
  });

  it('keeps images without kernels for the GPU off it', () => {
    const found = match(orin7, 'sglang');
    if (found.found) throw new Error('no image of SGLang has kernels for Orin');
    expect(found.refused.find(({ image }) => image.startsWith('nvcr.io'))?.why).toMatch(
      /SM 11\.0 only; this GPU is 8\.7/,
    );
    expect(best(thor, 'sglang')).toMatchObject({ image: 'nvcr.io/nvidia/sglang:26.01-py3' });
    expect(best(orin7, 'vllm')).toMatchObject({
      image: 'vllm/vllm-openai:latest',
      cautions: expect.arrayContaining([expect.stringMatching(/not listed/)]),
    });
  });

  it('takes what was built on the board before all but the user’s own', () => {
    const built = 'vllm:r38.2.aarch64-cu130-24.04-vllm';
    const stage = 'vllm:r38.2.aarch64-cu130-24.04-opencv';
    expect(best(thor, 'vllm', {}, [stage, built, 'ubuntu:24.04'])).toMatchObject({ image: built, local: true });
    const found = match({ ...thor, l4t: '40.0.0' }, 'vllm', {}, [built]);
    expect(found.found).toBe(false);
    const images = [{ image: 'registry.lan:5000/vllm:7', engine: 'vllm' as const, sm: ['11.0'] }];
    expect(best(thor, 'vllm', { images }, [built])).toMatchObject({
      image: 'registry.lan:5000/vllm:7',
      registry: 'registry.lan:5000',
    });
    expect(best(thor, 'vllm', {}, [stage])).toMatchObject({ image: 'ghcr.io/nvidia-ai-iot/vllm:latest-jetson-thor' });
  });

  it('believes what the user’s file says of an image, and holds it to that', () => {
    const image = {
      image: 'registry.lan:5000/mlc:7',
      engine: 'mlc' as const,
      l4t: '36.4',
      digest: `sha256:${'0'.repeat(64)}`,
    };
    expect(best(orin, 'mlc', { images: [image] })).toMatchObject({
      image: `registry.lan:5000/mlc:7@sha256:${'0'.repeat(64)}`,
    });
    expect(match(orin7, 'mlc', { images: [image] }).found).toBe(false);
    expect(match(orin, 'mlc', { images: [{ ...image, soc: 'tegra264' as const }] })).toMatchObject({
      best: { registry: 'docker.io' },
    });
  });

  it('prefers an image that is there already among equals', () => {
    const there = 'ghcr.io/nvidia-ai-iot/vllm:r36.4-tegra-aarch64-cu126-22.04';
    expect(best(orin, 'vllm')).not.toMatchObject({ image: there });
    expect(best(orin, 'vllm', {}, [there])).toMatchObject({ image: there, local: true });
  });

  it('has nothing for a machine of another architecture', () => {
    expect(match({ ...orin, arch: 'amd64' }, 'vllm').found).toBe(false);
  });

  it('says that moving tags move', () => {
    expect(best(orin, 'vllm')).toMatchObject({
      cautions: expect.arrayContaining([expect.stringMatching(/tag moves/)]),
    });
  });
});
