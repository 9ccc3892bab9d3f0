import { z } from 'zod';
import type { Answer } from '../../app/run-context.js';

/** A form with one box that is not ticked: whoever sends it off without a look has not agreed. */
export function consentForm(message: string) {
  return {
    message,
    requestedSchema: {
      type: 'object' as const,
      properties: {
        approve: {
          type: 'boolean' as const,
          title: 'Do it',
          description: 'Yes: do exactly this, now. No: nothing is changed.',
          default: false,
        },
      },
      required: ['approve'],
    },
  };
}

const refused = z.object({ action: z.literal('decline') });
const filledIn = z.object({ action: z.literal('accept'), content: z.strictObject({ approve: z.boolean() }) });

/** What the answer to the form says. Whatever is not exactly a yes or a no was not answered. */
export function decisionOf(response: unknown): Exclude<Answer['decision'], 'timed_out'> {
  if (refused.safeParse(response).success) return 'declined';
  const { data } = filledIn.safeParse(response);
  if (data === undefined) return 'cancelled';
  return data.content.approve ? 'approved' : 'declined';
}
