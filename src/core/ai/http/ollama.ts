import { z } from 'zod';
import { present } from '../../linux/present.js';
import { cleanName } from '../../untrusted.js';
import { count, type Figures } from './figures.js';
import { jsonOf } from './json-of.js';

const details = z.object({ parameter_size: z.string().optional(), quantization_level: z.string().optional() });

/** A model that Ollama has, or holds in memory. */
export interface OllamaModel {
  readonly name: string;
  readonly sizeBytes?: number | undefined;
  readonly digest?: string | undefined;
  readonly parameters?: string | undefined;
  readonly quantisation?: string | undefined;
}

/** One that is in memory. */
export interface LoadedModel extends OllamaModel {
  /** Of its size, what the GPU holds; the rest is computed by the CPU. */
  readonly gpuBytes?: number | undefined;
  readonly context?: number | undefined;
}

const model = z.object({
  name: z.string(),
  size: count.optional(),
  digest: z.string().optional(),
  details: details.optional(),
});
const tags = z.object({ models: z.array(model) });
const loaded = z.object({
  models: z.array(model.extend({ size_vram: count.optional(), context_length: count.optional() })),
});

const short = (text: string | undefined): string | undefined => (text === undefined ? undefined : cleanName(text, 40));

function modelOf({ name, size, digest, details: more }: z.output<typeof model>): OllamaModel {
  return present({
    name: cleanName(name, 200),
    sizeBytes: size,
    digest: digest !== undefined && /^(?:sha256:)?[0-9a-f]{12,64}$/.test(digest) ? digest : undefined,
    parameters: short(more?.parameter_size),
    quantisation: short(more?.quantization_level),
  });
}

/** `/api/tags`: what has been pulled; undefined for what is no such answer. */
export function ollamaModels(body: string): readonly OllamaModel[] | undefined {
  const parsed = tags.safeParse(jsonOf(body));
  return parsed.success ? parsed.data.models.map(modelOf) : undefined;
}

/** `/api/ps`: what is in memory; undefined for what is no such answer. */
export function ollamaLoaded(body: string): readonly LoadedModel[] | undefined {
  const parsed = loaded.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  return parsed.data.models.map((each) =>
    present({ ...modelOf(each), gpuBytes: each.size_vram, context: each.context_length }),
  );
}

const nanoseconds = count.transform((ns) => ns / 1e9);
const end = z.object({
  done: z.literal(true),
  load_duration: nanoseconds.optional(),
  prompt_eval_count: count.optional(),
  prompt_eval_duration: nanoseconds.optional(),
  eval_count: count.optional(),
  eval_duration: nanoseconds.optional(),
});

/** The figures at the end of `/api/generate` and `/api/chat`; undefined before it. A prompt wholly in its cache has no count. */
export function ollamaFigures(value: unknown): Figures | undefined {
  const parsed = end.safeParse(value);
  if (!parsed.success) return undefined;
  const { load_duration, prompt_eval_count, prompt_eval_duration, eval_count, eval_duration } = parsed.data;
  return present({
    promptTokens: prompt_eval_count,
    promptSeconds: prompt_eval_duration,
    generatedTokens: eval_count,
    generatedSeconds: eval_duration,
    loadSeconds: load_duration,
  });
}
