import { z } from 'zod';
import { failureKinds } from '../errors.js';

const devices = z
  .array(z.string())
  .describe('Device names; a run of names is one word, nano[01-40], as a selector takes it');

const spreadSchema = z.object({
  min: z.number(),
  median: z.number(),
  max: z.number(),
  devices: z.number().optional(),
  outliers: z.array(z.object({ device: z.string(), value: z.number() })).optional(),
  moreOutliers: z.number().optional(),
});

const failureSchema = z.object({
  kind: z.enum(failureKinds),
  message: z.string(),
  hint: z.string().optional(),
  retry: z.enum(['yes', 'check_first', 'no']).optional(),
  devices,
});

const planSchema = z.object({
  /** Absent where there is nothing to do. */
  token: z.string().optional(),
  /** For `jetfleet approve CODE`, where a person has to. */
  code: z.string().optional(),
  expiresAt: z.string().optional(),
  steps: z.array(
    z.object({
      devices,
      says: z.string(),
      commands: z.array(z.string()),
      undo: z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }).optional(),
    }),
  ),
});

const unfinishedSchema = z.object({
  job: z.string().describe('For job_output.'),
  says: z.string(),
  devices,
});

const replySchema = z.object({
  summary: z.object({ ok: z.number(), failed: z.number(), skipped: z.number(), unfinished: z.number().optional() }),
  groups: z.array(z.object({ devices, data: z.unknown() })).optional(),
  spread: z.record(z.string(), spreadSchema).optional(),
  failures: z.array(failureSchema).optional(),
  skipped: z.array(z.object({ reason: z.string(), devices })).optional(),
  unfinished: z.array(unfinishedSchema).optional(),
  plan: planSchema.optional(),
  notes: z.array(z.string()).optional(),
  nextCursor: z.string().optional(),
});

/** One answer of jetfleet: the envelope that every tool's data comes in. Absent where empty. */
export type Reply = z.output<typeof replySchema>;
export type ReplyFailure = z.output<typeof failureSchema>;
export type ReplyGroup = NonNullable<Reply['groups']>[number];
export type ReplyPlan = z.output<typeof planSchema>;
export type ReplyUnfinished = z.output<typeof unfinishedSchema>;
export type ReplySkip = NonNullable<Reply['skipped']>[number];

/** The envelope with a tool's own data schema in it. */
export function replySchemaOf(data: z.ZodType): z.ZodObject {
  return replySchema.extend({ groups: z.array(z.object({ devices, data })).optional() });
}
