import { z } from 'zod';
import { present } from '../../linux/present.js';
import { cleanName } from '../../untrusted.js';
import { count, type Figures } from './figures.js';
import { jsonOf } from './json-of.js';

/** A model as `/v1/models` names it. */
export interface ServedModel {
  readonly id: string;
  /** Tokens; vLLM and SGLang tell, the others do not. */
  readonly context?: number | undefined;
}

const models = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      max_model_len: count.nullish(),
      meta: z.object({ n_ctx: count.optional() }).nullish(),
    }),
  ),
});

/** `/v1/models`; undefined for what is no such answer. */
export function servedModels(body: string): readonly ServedModel[] | undefined {
  const parsed = models.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  return parsed.data.data.map(({ id, max_model_len, meta }) =>
    present({ id: cleanName(id, 200), context: max_model_len ?? meta?.n_ctx }),
  );
}

const usage = z.object({
  prompt_tokens: count.optional(),
  completion_tokens: count.optional(),
  prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
});

/** The `usage` of an answer: counts without times. Undefined for what is none. */
export function usageOf(value: unknown): Figures | undefined {
  const parsed = usage.safeParse(value);
  if (!parsed.success || parsed.data.completion_tokens === undefined) return undefined;
  const { prompt_tokens, completion_tokens, prompt_tokens_details } = parsed.data;
  return present({
    promptTokens: prompt_tokens,
    cachedTokens: prompt_tokens_details?.cached_tokens ?? undefined,
    generatedTokens: completion_tokens,
  });
}
