import { z } from 'zod';
import { launchData } from './launch-data.js';
import type { Placed } from './placement.js';

/** What ai_scale answers for one device. */
export const scaleData = z.object({
  action: z.enum(['launched', 'stopped', 'kept', 'none']),
  endpoints: z.array(z.string()).describe('That serve the model here now.'),
  says: z.string(),
  launched: launchData.optional(),
});
export type ScaleData = z.output<typeof scaleData>;

/** What was decided on all devices together, in JSON. */
export const scaleDecision = z.object({
  devices: z.record(
    z.string(),
    z.object({ placed: z.enum(['launch', 'stop', 'keep', 'none']), serves: z.array(z.string()) }),
  ),
});
export type ScaleDecision = z.output<typeof scaleDecision>;

/** The answer where nothing is done. */
export function left(placed: Placed, serves: readonly string[]): ScaleData {
  return placed === 'keep'
    ? { action: 'kept', endpoints: [...serves], says: 'It serves the model already.' }
    : { action: 'none', endpoints: [], says: 'It gets no replica: other devices are enough.' };
}
