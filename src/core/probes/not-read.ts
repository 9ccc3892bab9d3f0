import { z } from 'zod';
import type { ReadStatus } from '../probe/probe.js';
import { cleanText } from '../untrusted.js';

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

const mostUnknown = 10;

/** `unknown` of an answer: absent where all was understood; the first lines, and how many more there are. */
export function toldUnknown(lines: readonly string[]): string[] | undefined {
  if (lines.length === 0) return undefined;
  const told = lines.slice(0, mostUnknown).map((line) => cleanText(line, 200));
  return lines.length > mostUnknown ? [...told, `and ${lines.length - mostUnknown} more`] : told;
}
