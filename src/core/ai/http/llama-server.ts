import { z } from 'zod';
import { present } from '../../linux/present.js';
import { cleanName } from '../../untrusted.js';
import { count, type Figures } from './figures.js';
import { jsonOf } from './json-of.js';

/** How an engine stands: `loading` where it answers and has no model yet. */
export type Health = 'ok' | 'loading' | 'error';

const notYet = z.object({ error: z.object({ type: z.string().optional(), message: z.string().optional() }) });

/** llama-server's `/health`: 200, or 503 with `Loading model`. */
export function llamaHealth(status: number, body: string): Health {
  if (status === 200) return 'ok';
  const told = notYet.safeParse(jsonOf(body));
  return status === 503 && told.success && /loading/i.test(told.data.error.message ?? '') ? 'loading' : 'error';
}

const timings = z.object({
  cache_n: count.optional(),
  prompt_n: count.optional(),
  prompt_ms: count.optional(),
  predicted_n: count.optional(),
  predicted_ms: count.optional(),
  draft_n: count.optional(),
  draft_n_accepted: count.optional(),
});

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

/** The `timings` of an answer; undefined for what is none. Its `prompt_n` leaves out what came from the cache. */
export function llamaTimings(value: unknown): Figures | undefined {
  const parsed = timings.safeParse(value);
  if (!parsed.success || parsed.data.predicted_n === undefined) return undefined;
  const { cache_n, prompt_n, prompt_ms, predicted_n, predicted_ms, draft_n, draft_n_accepted } = parsed.data;
  return present({
    promptTokens: prompt_n === undefined ? undefined : prompt_n + (cache_n ?? 0),
    cachedTokens: cache_n,
    promptSeconds: seconds(prompt_ms),
    generatedTokens: predicted_n,
    generatedSeconds: seconds(predicted_ms),
    draftedTokens: draft_n,
    acceptedTokens: draft_n_accepted,
  });
}

/** The requests that an engine can answer at once, and those it is busy with. */
export interface Slots {
  readonly total: number;
  readonly busy: number;
  /** Tokens that one of them holds. */
  readonly context?: number | undefined;
}

// A slot that is idle may keep the id of its last task: only is_processing tells.
const slots = z.array(z.object({ is_processing: z.boolean(), n_ctx: count.optional() }));

/** `/slots`; undefined where it is switched off or older than `is_processing`. */
export function llamaSlots(body: string): Slots | undefined {
  const parsed = slots.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const busy = parsed.data.filter((slot) => slot.is_processing).length;
  return present({ total: parsed.data.length, busy, context: parsed.data[0]?.n_ctx });
}

/** What llama-server was started with. */
export interface LlamaProps {
  readonly slots?: number | undefined;
  readonly context?: number | undefined;
  readonly model?: string | undefined;
  readonly build?: string | undefined;
}

const props = z.object({
  total_slots: count.optional(),
  model_alias: z.string().optional(),
  model_path: z.string().optional(),
  build_info: z.string().optional(),
  default_generation_settings: z.object({ n_ctx: count.optional() }).optional(),
});

/** `/props`; undefined for what is none. */
export function llamaProps(body: string): LlamaProps | undefined {
  const parsed = props.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const { total_slots, model_alias, model_path, build_info, default_generation_settings } = parsed.data;
  const model = [model_alias, model_path].find((name) => name !== undefined && name !== '');
  return present({
    slots: total_slots,
    context: default_generation_settings?.n_ctx,
    model: model === undefined ? undefined : cleanName(model, 200),
    build: build_info === undefined ? undefined : cleanName(build_info, 60),
  });
}
