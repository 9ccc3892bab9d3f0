import type { Processor } from './endpoint.js';
import { looksLikeCpu } from './expectation.js';

/** What a short test of an endpoint gives to think about. `rate`: tokens a second, absent where none came. */
export function testCautions(processor: Processor, rate: number | undefined, bound: number | undefined): string[] {
  if (rate === undefined) return ['No rate was seen in a short test: look again with ai_list.'];
  if (processor === 'cpu')
    return ['The image has no code for this GPU, or the container cannot see it: gpu_test and ai_match tell.'];
  if (processor === 'unknown' && looksLikeCpu(rate, bound))
    return ['So few tokens a second look like the CPU, or a low power mode: hardware_throttle tells.'];
  return [];
}
