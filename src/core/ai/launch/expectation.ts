import type { AiBoard } from '../ai-board.js';

/** GB/s of memory by module, NVIDIA's data sheets; of the modules with two clocks the higher one. */
const bandwidth: Readonly<Record<string, number>> = {
  'agx-thor': 273,
  'thor-t4000': 273,
  'agx-orin-64gb': 204.8,
  'agx-orin-32gb': 204.8,
  'igx-orin': 204.8,
  'agx-orin-industrial': 204.8,
  'orin-nx-16gb': 102.4,
  'orin-nx-8gb': 102.4,
  'orin-nano-8gb': 102.4,
  'orin-nano-4gb': 51.2,
  'agx-xavier': 136.5,
  'xavier-nx': 59.7,
  'xavier-nx-16gb': 59.7,
  nano: 25.6,
};

/**
 * The most tokens a second that one request can get: each takes all weights through memory once. A mixture of experts reads only a part of
 * them, and may be faster. Undefined for a board or size that is not known.
 */
export function decodeBound({ module }: Pick<AiBoard, 'module'>, weightBytes: number): number | undefined {
  const most = module === undefined ? undefined : bandwidth[module];
  return most === undefined || weightBytes <= 0 ? undefined : (most * 1e9) / weightBytes;
}

/** A GPU reaches 50 to 90 % of the bound, in the lowest power modes a third; the CPU of the same board less than a fifth of it. */
const leastOfGpu = 0.2;

/** Whether a measured rate looks as if the CPU did the work. */
export function looksLikeCpu(tokensPerSecond: number, bound: number | undefined): boolean {
  return bound !== undefined && tokensPerSecond < bound * leastOfGpu;
}
