import type { CatalogModel } from './model.js';
import { gemmaAndLlama } from './gemma-and-llama.js';
import { qwenAndOthers } from './qwen-and-others.js';

/**
 * Models with the numbers of their config.json: NVIDIA's catalogue for Jetson of December 2025, and those of its published benchmarks.
 * Sizes of files that were recorded are exact; the others follow from the number of parameters.
 */
export const catalogModels: readonly CatalogModel[] = [...gemmaAndLlama, ...qwenAndOthers];
