import { compareVersions } from '../selector/versions.js';
import type { AiBoard } from './ai-board.js';
import { engineFacts, type EngineName } from './engines.js';
import type { Fit, FitLine, FitQuestion, FitSettings } from './fit.js';
import type { Quantisation } from './models/model.js';

const fourGiB = 2 ** 32;
const llamaCacheRamMb = 8192;

/**
 * On L4T 36.4.7 an Orin Nano refuses one CUDA allocation of 4 GiB or more (`NvMapMemAllocInternalTagged: error 12`) with more than that
 * free; 36.5 mended it. Engines that put all weights into one buffer ask for one.
 */
export function oneBufferFails({ bytes }: Quantisation, engine: EngineName, board: AiBoard): string | undefined {
  if (board.l4t !== '36.4.7' || board.module?.startsWith('orin-nano') !== true) return undefined;
  if (!engineFacts(engine).oneBuffer || bytes < fourGiB) return undefined;
  return `${engineFacts(engine).title} asks for its weights in one piece, and Orin Nano on L4T 36.4.7 refuses pieces of 4 GiB or more. L4T 36.5 mended it; so does a quantisation below 4 GiB.`;
}

/** Settings that fit this board. */
export function fitSettings({ engine, board }: FitQuestion, sum: readonly FitLine[], needMb: number): FitSettings {
  const { totalMb, availableMb = 0, freeMb } = board.memory;
  const headroom = sum.find(({ what }) => what === 'headroom')?.mb ?? 0;
  const share =
    engineFacts(engine).reserves && totalMb !== undefined
      ? Math.min(0.95, Math.ceil(((needMb - headroom) / totalMb) * 100) / 100)
      : undefined;
  // By all memory, not by what is available just now: this is part of the steps that consent is given to.
  const cacheRamMb = engine === 'llama.cpp' ? ((totalMb ?? 0) - needMb >= 2048 ? 512 : 0) : undefined;
  const dropCaches = freeMb !== undefined && needMb > freeMb && needMb <= availableMb;
  return {
    ...(share !== undefined && { memoryShare: share }),
    ...(cacheRamMb !== undefined && { cacheRamMb }),
    ...(dropCaches && { dropCaches }),
  };
}

/** What may go wrong although the sum is right. */
export function fitCautions(
  question: FitQuestion,
  verdict: Fit['verdict'],
  needMb: number,
  settings: FitSettings,
): readonly string[] {
  const { engine, board, quantisation, shape, context } = question;
  const { totalMb = Infinity, availableMb = 0, freeMb, zramMb = 0 } = board.memory;
  const found: string[] = [];
  if (engine === 'llama.cpp' && llamaCacheRamMb > availableMb - needMb) {
    found.push(
      `llama-server keeps up to ${llamaCacheRamMb} MiB of old prompts unless told otherwise, until it is killed: launch it with --cache-ram ${settings.cacheRamMb ?? 0}.`,
    );
  }
  if (settings.memoryShare !== undefined) {
    found.push(
      `${engineFacts(engine).title} takes its share of all memory at start and refuses where that much is not free: give it ${settings.memoryShare}.`,
    );
  }
  if (settings.dropCaches === true && freeMb !== undefined) {
    found.push(
      `Only ${freeMb} MiB are free beside the page cache, which CUDA does not count as free: drop caches first.`,
    );
  }
  if (zramMb > 0 && verdict === 'fits_after_stopping') {
    found.push('Its zram swap does not help: memory of the GPU is never swapped.');
  }
  if (board.l4t?.startsWith('36.4.') === true && board.module?.startsWith('orin-nano') !== true) {
    if (engineFacts(engine).oneBuffer && quantisation.bytes >= fourGiB && compareVersions(board.l4t, '36.4.7') === 0) {
      found.push('On L4T 36.4.7 Orin Nano refuses single CUDA allocations of 4 GiB; other modules may too.');
    }
  }
  if (quantisation.name === 'FP8' && board.sm !== undefined && compareVersions(board.sm, '8.9') === -1) {
    found.push(`SM ${board.sm} has no FP8: the weights are kept in it and computed with at 16 bits.`);
  }
  if (shape?.contextLength !== undefined && context > shape.contextLength) {
    found.push(`The model was made for ${shape.contextLength} tokens of context at most.`);
  }
  if (needMb > totalMb * 0.9) found.push('It takes nine tenths of the memory: whatever else starts may be killed.');
  return found;
}
