import { z } from 'zod';
import { Failure } from '../errors.js';
import type { Selector } from '../selector/ast.js';
import { parseSelector } from '../selector/parse.js';
import type { TimeWindow } from './policy.js';
import { parseTimeWindow } from './time-window.js';

/** What a field of a rule takes, to follow "takes", and an example of it. */
export const ruleHelp: Readonly<Record<string, { readonly takes: string; readonly fix: string }>> = {
  then: { takes: 'allow, ask or deny', fix: 'Write `then: ask`, say.' },
  tools: {
    takes: 'a list of names of tools, in which * stands for any run of characters',
    fix: 'Write for example `tools: [power_set_mode, "service_*"]`.',
  },
  effects: { takes: 'a list of read, change and disrupt', fix: 'Write for example `effects: [change]`.' },
  selector: { takes: 'a selector', fix: 'Write for example `selector: "@lab and not site=roof"`.' },
  arguments: {
    takes: 'a mapping of arguments to lists of patterns',
    fix: 'Write for example `arguments: { unit: [docker.service, "ollama*"] }`.',
  },
  during: {
    takes: 'a list of days and times',
    fix: 'Write for example `during: ["mon-fri 08:00-18:00", "sat 22:00-02:00", "sun"]`.',
  },
  because: { takes: 'a note of 300 characters at most', fix: 'Shorten it to one line.' },
};

function own(context: z.RefinementCtx, message: string, fix: string): never {
  context.addIssue({ code: 'custom', message, params: { fix } });
  return z.NEVER;
}

function selectorOf(text: string, context: z.RefinementCtx): Selector {
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = error.message.replace(/^selector: /, '').replace(/\.$/, '');
    return own(context, message, error.hint ?? 'Write for example `selector: "@lab"`.');
  }
}

function windowOf(text: string, context: z.RefinementCtx): TimeWindow {
  const fix = 'Write days, a time from and to, or both: "mon-fri 08:00-18:00", "sat,sun", "22:00-06:00".';
  return parseTimeWindow(text) ?? own(context, 'These are no days and times', fix);
}

/** A field that is there restricts: an empty list would match nothing, and its rule never. */
const some = <T extends z.ZodType>(item: T): z.ZodArray<T> => z.array(item).min(1).max(200);
const pattern = z.union([z.string().min(1).max(1000), z.number(), z.boolean()]).transform(String);
const argumentName = z.string().regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/);

/** One entry of `rules:`. */
export const ruleSchema = z.strictObject({
  then: z.enum(['allow', 'ask', 'deny']),
  tools: some(z.string().regex(/^[a-z_*]{1,64}$/)).optional(),
  effects: some(z.enum(['read', 'change', 'disrupt'])).optional(),
  selector: z.string().transform(selectorOf).optional(),
  arguments: z
    .record(argumentName, some(pattern))
    .refine((names) => Object.keys(names).length > 0)
    .optional(),
  during: some(z.string().max(100).transform(windowOf)).optional(),
  because: z
    .string()
    .regex(/^[^\p{Cc}]{1,300}$/u)
    .optional(),
});
