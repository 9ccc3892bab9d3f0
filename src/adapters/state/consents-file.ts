import { z } from 'zod';
import { Failure } from '../../core/errors.js';
import type { PendingPlan } from '../../ports/consents.js';

const planSchema = z.strictObject({
  id: z.string(),
  token: z.string(),
  code: z.string(),
  tool: z.string(),
  effect: z.enum(['read', 'change', 'disrupt']),
  hash: z.string(),
  argumentsHash: z.string(),
  fleetHash: z.string(),
  devices: z.array(
    z.strictObject({
      device: z.string(),
      says: z.string(),
      steps: z.string(),
      basis: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  ),
  text: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  approved: z.strictObject({ user: z.string(), atMs: z.number() }).optional(),
});

const spentSchema = z.strictObject({
  token: z.string(),
  code: z.string(),
  tool: z.string(),
  expiresAtMs: z.number(),
  /** Of a plan that was withdrawn. */
  why: z.string().optional(),
});

const fileSchema = z.strictObject({ version: z.literal(1), plans: z.array(planSchema), spent: z.array(spentSchema) });

/** What is left of a plan that was spent or withdrawn, so that a second use is known for one. */
export type SpentPlan = z.output<typeof spentSchema>;

/** What the file holds: plans that wait or have expired, oldest first, and those that were spent or withdrawn. */
export interface ConsentsState {
  readonly plans: readonly PendingPlan[];
  readonly spent: readonly SpentPlan[];
}

/** So long after its time a plan is still known as expired, or as spent. */
const rememberedMs = 3_600_000;
const mostPlans = 200;
const mostSpent = 2000;
/** All plans together; a plan for a thousand devices has about a tenth of it. */
const mostChars = 4_000_000;

export function parseConsents(text: string | undefined, path: string): ConsentsState {
  if (text === undefined) return { plans: [], spent: [] };
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('not_allowed', 'The file of plans that wait for consent is damaged, so none can be approved.', {
      hint: `Remove ${path}. The plans in it are lost; make them again.`,
      retry: 'no',
      cause,
    });
  }
}

export function consentsText(state: ConsentsState): string {
  return `${JSON.stringify({ version: 1, ...state })}\n`;
}

/** The state with one more plan, without what expired long ago, and without the oldest plans where there are too many. */
export function withPlan({ plans, spent }: ConsentsState, plan: PendingPlan, nowMs: number): ConsentsState {
  let chars = JSON.stringify(plan).length;
  if (chars > mostChars)
    throw new Failure('invalid_input', 'The plan is too long to be kept until it is approved.', {
      hint: 'Choose fewer devices at once.',
    });
  const fresh = ({ expiresAtMs }: { readonly expiresAtMs: number }): boolean => nowMs <= expiresAtMs + rememberedMs;
  const kept: PendingPlan[] = [plan];
  for (const older of plans.filter(fresh).reverse()) {
    chars += JSON.stringify(older).length;
    if (kept.length === mostPlans || chars > mostChars) break;
    kept.unshift(older);
  }
  return { plans: kept, spent: spent.filter(fresh).slice(-mostSpent) };
}
