import { z } from 'zod';
import { containerLogsData } from '../../docker/container-log-data.js';
import type { ContainerEnd } from './log-reasons.js';
import { endWords, logReasons } from './log-reasons.js';
import { reasonKinds } from './log-rules.js';
import { processors } from './endpoint.js';
import { processorOfLog } from './processor.js';

/** What ai_logs answers: the container's log, and what it says of the engine. */
export const endpointLogsData = containerLogsData.omit({ recognised: true }).extend({
  reasons: z
    .array(
      z.object({
        kind: z.enum(reasonKinds),
        message: z.string(),
        hint: z.string(),
        lines: z.number(),
        harmless: z.boolean(),
      }),
    )
    .optional()
    .describe('What keeps the engine from running, the cause first.'),
  end: z.string().optional().describe('Of one that does not run.'),
  processor: z.enum(processors).optional().describe('By the lines looked at.'),
});
export type EndpointLogs = z.output<typeof endpointLogsData>;

/** What an engine's lines tell, in our words. */
export function explained(
  lines: readonly string[],
  end: ContainerEnd | undefined,
): Pick<EndpointLogs, 'reasons' | 'end' | 'processor'> {
  const reasons = logReasons(lines, end);
  const processor = processorOfLog(lines);
  return {
    ...(reasons.length > 0 && { reasons: [...reasons] }),
    ...(end !== undefined && { end: endWords(end) }),
    ...(processor !== 'unknown' && { processor }),
  };
}
