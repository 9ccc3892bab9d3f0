import { z } from 'zod';
import type { ReadStatus } from '../probe/probe.js';

/** What an answer lacks, and why. */
export const notReadData = z
  .array(z.object({ what: z.string(), why: z.string() }))
  .describe('What could not be read on this device, and why.');
export type NotRead = z.output<typeof notReadData>;

/** Why a read gave nothing, in a few words. */
export function whyNot(status: ReadStatus, whereAbsent = 'not there'): string {
  switch (status) {
    case 'ok':
      return 'its answer was not understood';
    case 'absent':
      return whereAbsent;
    case 'denied':
      return 'needs rights that the login user does not have (root)';
    case 'failed':
      return 'it gave no answer';
  }
}

/** What the device said that no parser knows; told, so that nothing is dropped silently. */
export const unknownData = z.array(z.string()).describe('Lines or words of the device that were not understood.');
