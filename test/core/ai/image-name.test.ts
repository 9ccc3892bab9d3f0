import { describe, expect, it } from '@jest/globals';
import { imageNameOf, imageText } from '../../../src/core/ai/image-name.js';
import { knownImages } from '../../../src/core/ai/images.js';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('imageNameOf', () => {
  it.each([
    [
      'dustynv/ollama:0.6.8-r36.4-cu126-22.04',
      { source: 'dustynv', engine: 'ollama', version: '0.6.8', needs: { l4t: '36.4', cuda: '12.6', ubuntu: '22.04' } },
    ],
    [
      'dustynv/llama_cpp:b5283-r36.4-cu128-24.04',
      { engine: 'llama.cpp', version: 'b5283', needs: { l4t: '36.4', cuda: '12.8' } },
    ],
    ['dustynv/llama_cpp:0.3.9-builder-r36.4.0-cu128-24.04', { version: '0.3.9-builder', needs: { l4t: '36.4.0' } }],
    ['dustynv/mlc:r35.4.1', { engine: 'mlc', version: undefined, needs: { l4t: '35.4.1' } }],
    ['ollama:r36.2.0-cu122-22.04', { source: 'local', engine: 'ollama', needs: { l4t: '36.2.0', cuda: '12.2' } }],
    [
      'vllm:r38.2.aarch64-cu130-24.04-vllm',
      { source: 'local', stage: undefined, needs: { l4t: '38.2', cuda: '13.0', sbsa: true } },
    ],
    ['vllm:r38.2.aarch64-cu130-24.04-torch-memory-saver', { stage: 'torch-memory-saver' }],
    ['vllm:r38.2.aarch64-cu130-24.04-cuda_13.0', { stage: 'cuda_13.0' }],
    [
      'ghcr.io/nvidia-ai-iot/ollama:r38.2.arm64-sbsa-cu130-24.04',
      { source: 'nvidia-ai-iot', needs: { l4t: '38.2', cuda: '13.0', sbsa: true } },
    ],
    [
      'ghcr.io/nvidia-ai-iot/vllm:r36.4-tegra-aarch64-cu126-22.04',
      { engine: 'vllm', needs: { l4t: '36.4', cuda: '12.6' } },
    ],
    ['ghcr.io/nvidia-ai-iot/vllm:latest-jetson-orin', { moves: true, needs: { soc: 'tegra234' } }],
    [
      'ghcr.io/nvidia-ai-iot/tensorrt_edge_llm:0.10.0-thor',
      { engine: 'tensorrt-edge-llm', version: '0.10.0', moves: false, needs: { soc: 'tegra264' } },
    ],
    ['nvcr.io/nvidia/vllm:25.09-py3', { registry: 'nvcr.io', source: 'nvidia', engine: 'vllm', version: '25.09' }],
    ['nvcr.io/nvidia/tensorrt-llm/release:1.2.1', { engine: 'tensorrt-llm', version: '1.2.1' }],
    ['vllm/vllm-openai', { engine: 'vllm', tag: 'latest', moves: true }],
    ['localhost:5000/sglang:1', { registry: 'localhost:5000', path: 'sglang', engine: 'sglang' }],
    [`dustynv/vllm@${digest}`, { tag: '', digest, moves: false }],
    ['runner/l4t-pytorch:r35.2.1', { engine: undefined, needs: { l4t: '35.2.1' } }],
    ['ubuntu:24.04', { source: 'other', engine: undefined, needs: {} }],
  ])('%s', (text, expected) => {
    const name = imageNameOf(text);
    expect(name).toMatchObject(expected);
    // Both ways: what was understood is the name again.
    expect(name && imageText(name)).toBe(text.includes(':') || text.includes('@') ? text : `${text}:latest`);
  });

  it.each(['', '-v', 'a b', 'UPPER/case:1', 'x:', 'http://host/x', 'a'.repeat(500), 'x:$(id)'])(
    '%p is none',
    (text) => {
      expect(imageNameOf(text)).toBeUndefined();
    },
  );

  it('understands every image of the catalog', () => {
    expect(knownImages.length).toBeGreaterThan(20);
    for (const { name, needs } of knownImages) {
      expect(imageNameOf(imageText(name))).toEqual(name);
      expect(needs.l4t ?? needs.sbsa).toBeDefined();
    }
  });
});
