import type { CatalogModel } from './model.js';
import { agx, gated, gguf, library, listed, mlc, model, nano, nx, redHat, shape, thor } from './model-rows.js';

const window512 = { slidingWindow: 512, fullLayers: 3 };
const longContext = 131_072;

/** Gemma and Llama. */
export const gemmaAndLlama: readonly CatalogModel[] = [
  model('functiongemma', 'FunctionGemma 270M', [0.268, 0.168], shape(18, 1, 256, 32_768, window512), [
    listed('Q8_0', 'ggml-org/functiongemma-270m-it-GGUF', 1, nano, 0.5, {
      format: 'gguf',
      engines: ['llama.cpp', 'ollama'],
    }),
  ]),
  model('gemma3-270m', 'Gemma 3 270M', [0.268, 0.168], shape(18, 1, 256, 32_768, window512), [
    listed('FP16', 'google/gemma-3-270m-it', 1, nano, 0.5, gated),
    gguf('Q8_0', 'ggml-org/gemma-3-270m-it-GGUF', 'gemma-3-270m-it-Q8_0.gguf', 285_018_624),
  ]),
  model('gemma3-1b', 'Gemma 3 1B', [1, 0.302], shape(26, 1, 256, 32_768, { slidingWindow: 512, fullLayers: 4 }), [
    listed('FP16', 'google/gemma-3-1b-it', 2, nano, 1.2, gated),
    gguf('Q4_K_M', 'ggml-org/gemma-3-1b-it-GGUF', 'gemma-3-1b-it-Q4_K_M.gguf'),
    library('gemma3:1b'),
  ]),
  model(
    'gemma3-4b',
    'Gemma 3 4B',
    [4.3, 0.671],
    shape(34, 4, 256, longContext, { slidingWindow: 1024, fullLayers: 5 }),
    [
      listed('W4A16', redHat('gemma-3-4b-it'), 4, nano, 2.5),
      gguf('Q4_K_M', 'ggml-org/gemma-3-4b-it-GGUF', 'gemma-3-4b-it-Q4_K_M.gguf'),
      gguf('Q4_0', 'google/gemma-3-4b-it-qat-q4_0-gguf', 'gemma-3-4b-it-q4_0.gguf', 3_148_511_232),
      library('gemma3:4b'),
    ],
    true,
  ),
  model(
    'gemma3-12b',
    'Gemma 3 12B',
    [12.19, 1.007],
    shape(48, 8, 256, longContext, { slidingWindow: 1024, fullLayers: 8 }),
    [
      listed('W4A16', redHat('gemma-3-12b-it'), 12, nx, 7),
      gguf('Q4_K_M', 'ggml-org/gemma-3-12b-it-GGUF', 'gemma-3-12b-it-Q4_K_M.gguf'),
      library('gemma3:12b'),
    ],
    true,
  ),
  model(
    'gemma3-27b',
    'Gemma 3 27B',
    [27.43, 1.41],
    shape(62, 16, 128, longContext, { slidingWindow: 1024, fullLayers: 10 }),
    [
      listed('W4A16', redHat('gemma-3-27b-it'), 24, agx, 15),
      gguf('Q4_K_M', 'ggml-org/gemma-3-27b-it-GGUF', 'gemma-3-27b-it-Q4_K_M.gguf'),
      library('gemma3:27b'),
    ],
    true,
  ),
  model('gemma-2-2b', 'Gemma 2 2B', [2.61, 0.59], shape(26, 4, 256, 8192, { slidingWindow: 4096, fullLayers: 13 }), [
    gguf('Q4_K_M', 'bartowski/gemma-2-2b-it-GGUF', 'gemma-2-2b-it-Q4_K_M.gguf', 1_702_536_192),
    mlc('gemma-2-2b-it-q4f16_1-MLC'),
  ]),
  model('gemma-2-9b', 'Gemma 2 9B', [9.24, 0.918], shape(42, 8, 256, 8192, { slidingWindow: 4096, fullLayers: 21 }), [
    gguf('Q4_K_M', 'bartowski/gemma-2-9b-it-GGUF', 'gemma-2-9b-it-Q4_K_M.gguf'),
    mlc('gemma-2-9b-it-q4f16_1-MLC'),
  ]),
  model('llama-2-7b', 'Llama 2 7B', [6.74, 0.262], shape(32, 32, 128, 4096), [
    gguf('Q4_K_S', 'TheBloke/Llama-2-7B-GGUF', 'llama-2-7b.Q4_K_S.gguf'),
    mlc('Llama-2-7b-chat-hf-q4f16_1-MLC'),
  ]),
  model('llama3-2-1b', 'Llama 3.2 1B', [1.236, 0.263], shape(16, 8, 64, longContext), [
    gguf('Q4_K_M', 'bartowski/Llama-3.2-1B-Instruct-GGUF', 'Llama-3.2-1B-Instruct-Q4_K_M.gguf', 799_862_912),
    library('llama3.2:1b', 'Q8_0'),
  ]),
  model('llama3-2-3b', 'Llama 3.2 3B', [3.21, 0.394], shape(28, 8, 128, longContext), [
    listed('W4A16', 'espressor/meta-llama.Llama-3.2-3B-Instruct_W4A16', 4, nano, 2),
    gguf('Q4_K_M', 'bartowski/Llama-3.2-3B-Instruct-GGUF', 'Llama-3.2-3B-Instruct-Q4_K_M.gguf'),
    library('llama3.2:3b'),
    mlc('Llama-3.2-3B-Instruct-q4f16_1-MLC'),
  ]),
  model('llama3-1-8b', 'Llama 3.1 8B', [8.03, 1.05], shape(32, 8, 128, longContext), [
    listed('W4A16', redHat('Meta-Llama-3.1-8B-Instruct'), 8, nx, 4.5),
    gguf(
      'Q4_K_M',
      'bartowski/Meta-Llama-3.1-8B-Instruct-GGUF',
      'Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf',
      4_912_898_304,
    ),
    library('llama3.1:8b', 'Q4_K_M', 4_912_898_304),
    mlc('Llama-3.1-8B-Instruct-q4f16_1-MLC'),
  ]),
  model('llama3-1-70b', 'Llama 3.1 70B', [70.55, 2.1], shape(80, 8, 128, longContext), [
    listed('W4A16', redHat('Meta-Llama-3.1-70B-Instruct'), 48, thor, 40),
    gguf('Q4_K_M', 'bartowski/Meta-Llama-3.1-70B-Instruct-GGUF', 'Meta-Llama-3.1-70B-Instruct-Q4_K_M.gguf'),
    library('llama3.1:70b'),
  ]),
  model('llama3-3-70b', 'Llama 3.3 70B', [70.55, 2.1], shape(80, 8, 128, longContext), [
    // Not in the catalogue; it has the sister's 48 GB as its least.
    listed('W4A16', redHat('Llama-3.3-70B-Instruct'), 48, thor, 40, {
      listedBoard: undefined,
      listedSizeGB: undefined,
    }),
    gguf('Q4_K_M', 'bartowski/Llama-3.3-70B-Instruct-GGUF', 'Llama-3.3-70B-Instruct-Q4_K_M.gguf'),
    library('llama3.3:70b'),
  ]),
];
