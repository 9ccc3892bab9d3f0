import { z } from 'zod';
import { engineName } from '../src/core/ai/engines.js';
import { modelPattern } from '../src/core/ai/launch/endpoint.js';
import { isTokenFile } from '../src/core/ai/launch/launch-wish.js';
import { enginePattern, isMountPath } from '../src/core/docker/checked-spec.js';
import { imageArg } from './run-args.js';

/** Checked here and told when it is wrong: bounds in the schema would cost every session their length. */
const whole = (least: number, most: number): z.ZodNumber =>
  z
    .number()
    .refine((n) => Number.isInteger(n) && n >= least && n <= most, `Write a whole number from ${least} to ${most}.`);
const word = (pattern: RegExp, says: string): z.ZodString => z.string().refine((text) => pattern.test(text), says);

const isModel = (text: string): boolean =>
  text.startsWith('/')
    ? isMountPath(text) && modelPattern.test(text) && !/\/\.\.?(?:\/|$)/.test(text)
    : /^[\w.:/-]{1,200}$/.test(text);

/** What ai_launch takes. */
export const launchArgs = {
  model: z
    .string()
    .refine(
      isModel,
      'Write a model of ai_catalog, owner/name of a hub, or an absolute path of letters, digits and . : _ @ + - only.',
    )
    .describe('ai_catalog id, hub owner/name, Ollama name:tag, or path.'),
  engine: engineName.optional(),
  quantisation: word(/^[\w.+-]{1,32}$/, 'Write a word such as Q4_K_M.').optional(),
  context: whole(256, 1_048_576).default(4096).describe('Tokens per slot.'),
  slots: whole(1, 256).default(1).describe('Requests at once.'),
  port: whole(1024, 65_535).optional(),
  image: imageArg.optional(),
  name: word(enginePattern, 'Write letters, digits and _ . - only.').optional(),
  command: z.array(z.string()).optional().describe('With image and port: its own OpenAI server on that port.'),
  tokenFile: z
    .string()
    .refine(isTokenFile, 'Write the absolute path of a file named .../huggingface/token or .../hf-token on the device.')
    .optional()
    .describe('For gated models.'),
};
