import { z } from 'zod';
import { present } from '../../linux/present.js';
import type { ApiKind } from './api-kind.js';
import type { Figures } from './figures.js';
import { jsonOf } from './json-of.js';
import { llamaTimings } from './llama-server.js';
import { ollamaFigures } from './ollama.js';
import { usageOf } from './openai.js';

/** One event of a streamed answer, or a whole answer that was not streamed. */
export interface AnswerPiece {
  /** What it adds to the answer, thinking included; device text. */
  readonly text: string;
  /** The engine says that the answer is complete. */
  readonly done: boolean;
  /** What the engine says of the whole, in its last event. */
  readonly figures?: Figures | undefined;
  /** It is an error instead, in the engine's words; device text. */
  readonly error?: string | undefined;
}

const words = z.object({
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  thinking: z.string().nullish(),
});
const openai = z.object({
  choices: z
    .array(
      z.object({
        delta: words.nullish(),
        message: words.nullish(),
        text: z.string().nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .optional(),
  usage: z.unknown().optional(),
  timings: z.unknown().optional(),
});
const ollama = z.object({
  response: z.string().nullish(),
  thinking: z.string().nullish(),
  message: words.nullish(),
  done: z.boolean(),
});
const refused = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

const textOf = (said: z.output<typeof words> | null | undefined): string =>
  `${said?.thinking ?? ''}${said?.reasoning_content ?? said?.reasoning ?? ''}${said?.content ?? ''}`;

/** Counts of `usage` and times of `timings`, which only llama-server has; its own counts win. */
function figuresOf(usage: unknown, timings: unknown): Figures | undefined {
  const counted = usageOf(usage);
  const timed = llamaTimings(timings);
  return counted || timed ? { ...counted, ...timed } : undefined;
}

/** Reads an event of `/v1/chat/completions`, `/v1/completions`, `/api/chat` or `/api/generate`; undefined for what is none of them. */
export function answerPiece(api: ApiKind, event: string): AnswerPiece | undefined {
  const json = jsonOf(event);
  const error = refused.safeParse(json);
  if (error.success) {
    const { error: told } = error.data;
    return { text: '', done: true, error: typeof told === 'string' ? told : told.message };
  }
  if (api === 'ollama') {
    const parsed = ollama.safeParse(json);
    if (!parsed.success) return undefined;
    const { response, thinking, message, done } = parsed.data;
    return present({
      text: `${thinking ?? ''}${response ?? ''}${textOf(message)}`,
      done,
      figures: ollamaFigures(json),
    });
  }
  const parsed = openai.safeParse(json);
  if (!parsed.success) return undefined;
  const { choices = [], usage, timings } = parsed.data;
  const figures = figuresOf(usage, timings);
  if (choices.length === 0 && figures === undefined) return undefined;
  const [choice] = choices;
  return present({
    text: `${choice?.text ?? ''}${textOf(choice?.delta)}${textOf(choice?.message)}`,
    done: typeof choice?.finish_reason === 'string',
    figures,
  });
}
