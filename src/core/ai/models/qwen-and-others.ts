import type { CatalogModel } from './model.js';
import { agx, edge, gguf, library, listed, mlc, model, nano, nx, redHat, shape, thor } from './model-rows.js';

const qwenContext = 40_960;
const longContext = 262_144;
/** Weights of 4-bit floats: the GPU's own from Blackwell on. */
const nvfp4 = { leastSm: '10.0', engines: ['vllm'] as const };

const qwenGguf = (size: string): readonly [string, string, string] => [
  'Q4_K_M',
  `Qwen/Qwen3-${size}-GGUF`,
  `Qwen3-${size}-Q4_K_M.gguf`,
];
const ministralGguf = (size: string): readonly [string, string, string] => [
  'Q4_K_M',
  `mistralai/Ministral-3-${size}-Instruct-2512-GGUF`,
  `Ministral-3-${size}-Instruct-2512-Q4_K_M.gguf`,
];
const qwen25 = (size: string): readonly [string, string, string] => [
  'Q4_K_M',
  `bartowski/Qwen2.5-${size}-Instruct-GGUF`,
  `Qwen2.5-${size}-Instruct-Q4_K_M.gguf`,
];

/** Qwen, Mistral, NVIDIA's and others. */
export const qwenAndOthers: readonly CatalogModel[] = [
  model('qwen2-5-0.5b', 'Qwen2.5 0.5B', [0.494, 0.136], shape(24, 2, 64, 32_768), [
    gguf(...qwen25('0.5B'), 391_859_712),
  ]),
  model('qwen2-5-1.5b', 'Qwen2.5 1.5B', [1.544, 0.233], shape(28, 2, 128, 32_768), [
    gguf(...qwen25('1.5B'), 980_097_536),
  ]),
  model('qwen2-5-3b', 'Qwen2.5 3B', [3.086, 0.311], shape(36, 2, 128, 32_768), [gguf(...qwen25('3B'), 1_923_946_496)]),
  model('qwen2-5-7b', 'Qwen2.5 7B', [7.616, 1.09], shape(28, 4, 128, 32_768), [
    gguf(...qwen25('7B'), 4_677_120_000),
    library('qwen2.5:7b', 'Q4_K_M', 4_677_120_000),
    mlc('Qwen2.5-7B-Instruct-q4f16_1-MLC'),
  ]),
  model('qwen3-4b', 'Qwen3 4B', [4.02, 0.389], shape(36, 8, 128, qwenContext), [
    listed('W4A16', redHat('Qwen3-4B'), 4, nano, 2.5),
    gguf(...qwenGguf('4B')),
    library('qwen3:4b'),
    edge('Qwen/Qwen3-4B'),
  ]),
  model('qwen3-8b', 'Qwen3 8B', [8.19, 1.245], shape(36, 8, 128, qwenContext), [
    listed('W4A16', redHat('Qwen3-8B'), 8, nx, 4.5),
    gguf(...qwenGguf('8B')),
    library('qwen3:8b'),
    edge('Qwen/Qwen3-8B'),
  ]),
  model('qwen3-14b', 'Qwen3 14B', [14.77, 1.556], shape(40, 8, 128, qwenContext), [
    gguf(...qwenGguf('14B')),
    library('qwen3:14b'),
  ]),
  model('qwen3-30b-a3b', 'Qwen3 30B-A3B', [30.53, 0.622], shape(48, 4, 128, qwenContext), [
    listed('W4A16', redHat('Qwen3-30B-A3B'), 16, agx, 16),
    gguf(...qwenGguf('30B-A3B')),
    library('qwen3:30b-a3b'),
  ]),
  model('qwen3-32b', 'Qwen3 32B', [32.76, 1.556], shape(64, 8, 128, qwenContext), [
    listed('W4A16', redHat('Qwen3-32B'), 24, thor, 18),
    gguf(...qwenGguf('32B')),
    library('qwen3:32b'),
  ]),
  model(
    'qwen3-vl-4b',
    'Qwen3-VL 4B',
    [4.44, 0.389],
    shape(36, 8, 128, longContext),
    [listed('AWQ', 'cpatonn/Qwen3-VL-4B-Instruct-AWQ-4bit', 6, nano, 3), library('qwen3-vl:4b')],
    true,
  ),
  model(
    'qwen3-vl-8b',
    'Qwen3-VL 8B',
    [8.77, 1.245],
    shape(36, 8, 128, longContext),
    [listed('AWQ', 'cpatonn/Qwen3-VL-8B-Instruct-AWQ-4bit', 8, nx, 5), library('qwen3-vl:8b')],
    true,
  ),
  model('mistral-7b', 'Mistral 7B v0.3', [7.248, 0.268], shape(32, 8, 128, 32_768), [
    gguf('Q4_K_M', 'bartowski/Mistral-7B-Instruct-v0.3-GGUF', 'Mistral-7B-Instruct-v0.3-Q4_K_M.gguf', 4_372_054_016),
    library('mistral:7b', 'Q4_K_M', 4_372_054_016),
  ]),
  model(
    'ministral3-3b-instruct',
    'Ministral 3 3B Instruct',
    [3.85, 0.403],
    shape(26, 8, 128, longContext),
    [listed('FP8', 'mistralai/Ministral-3-3B-Instruct-2512', 4, nano, 2), gguf(...ministralGguf('3B'))],
    true,
  ),
  model(
    'ministral3-3b-reasoning',
    'Ministral 3 3B Reasoning',
    [3.85, 0.403],
    shape(26, 8, 128, longContext),
    [listed('FP16', 'mistralai/Ministral-3-3B-Reasoning-2512', 4, nano, 2)],
    true,
  ),
  model(
    'ministral3-8b-instruct',
    'Ministral 3 8B Instruct',
    [8.92, 1.07],
    shape(34, 8, 128, longContext),
    [listed('FP8', 'mistralai/Ministral-3-8B-Instruct-2512', 8, nx, 5), gguf(...ministralGguf('8B'))],
    true,
  ),
  model(
    'ministral3-8b-reasoning',
    'Ministral 3 8B Reasoning',
    [8.92, 1.07],
    shape(34, 8, 128, longContext),
    [listed('FP16', 'mistralai/Ministral-3-8B-Reasoning-2512', 8, nx, 5)],
    true,
  ),
  model(
    'ministral3-14b-instruct',
    'Ministral 3 14B Instruct',
    [13.95, 1.34],
    shape(40, 8, 128, longContext),
    [listed('FP8', 'mistralai/Ministral-3-14B-Instruct-2512', 16, agx, 9), gguf(...ministralGguf('14B'))],
    true,
  ),
  model(
    'ministral3-14b-reasoning',
    'Ministral 3 14B Reasoning',
    [13.95, 1.34],
    shape(40, 8, 128, longContext),
    [listed('FP16', 'mistralai/Ministral-3-14B-Reasoning-2512', 16, agx, 9)],
    true,
  ),
  model(
    'nemotron-nano-12b-vl',
    'Nemotron Nano 12B v2 VL',
    [13.2, 1.34],
    shape(62, 8, 128, 131_072, { attentionLayers: 6 }),
    [listed('NVFP4', 'nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-NVFP4-QAD', 16, thor, 8, nvfp4)],
    true,
  ),
  model(
    'nemotron-nano-9b-v2',
    'Nemotron Nano 9B v2',
    [8.89, 1.17],
    shape(56, 8, 128, 131_072, { attentionLayers: 4 }),
    [listed('NVFP4', 'nvidia/NVIDIA-Nemotron-Nano-9B-v2-NVFP4', 12, thor, 6, nvfp4)],
  ),
  model(
    'nemotron-nano-30b-a3b',
    'Nemotron 3 Nano 30B-A3B',
    [31.6, 0.705],
    shape(52, 2, 128, longContext, { attentionLayers: 6 }),
    [listed('FP8', 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-FP8', 32, thor, 30, { engines: ['vllm'] })],
  ),
  model('gpt-oss-20b', 'gpt-oss 20B', [20.9, 1.16], shape(24, 8, 64, 131_072, { slidingWindow: 128, fullLayers: 12 }), [
    gguf('MXFP4', 'ggml-org/gpt-oss-20b-GGUF', 'gpt-oss-20b-mxfp4.gguf'),
    library('gpt-oss:20b', 'MXFP4'),
  ]),
  model('phi-3-5-mini', 'Phi 3.5 mini', [3.82, 0.197], shape(32, 32, 96, 131_072), [
    gguf('Q4_K_M', 'bartowski/Phi-3.5-mini-instruct-GGUF', 'Phi-3.5-mini-instruct-Q4_K_M.gguf'),
    mlc('Phi-3.5-mini-instruct-q4f16_1-MLC'),
  ]),
  model('smollm2-1.7b', 'SmolLM2 1.7B', [1.71, 0.1], shape(24, 32, 64, 8192), [
    gguf('Q4_K_M', 'bartowski/SmolLM2-1.7B-Instruct-GGUF', 'SmolLM2-1.7B-Instruct-Q4_K_M.gguf'),
    mlc('SmolLM2-1.7B-Instruct-q4f16_1-MLC'),
  ]),
];
