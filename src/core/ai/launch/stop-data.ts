import { z } from 'zod';

/** What ai_stop answers. */
export const stopData = z.object({
  name: z.string(),
  state: z.enum(['stopped', 'removed']),
  model: z.string().optional(),
  port: z.number().optional(),
  says: z.string(),
});
export type StopData = z.output<typeof stopData>;
