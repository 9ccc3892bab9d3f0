import type { z } from 'zod';
import { Failure } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { argumentWords } from './argument-words.js';

const mostProblems = 8;

/**
 * Parses arguments strictly. Throws one `invalid_input` that names every wrong field with what it takes, and the nearest right one for
 * a stray key.
 */
export function parseArguments(schema: z.ZodObject, args: unknown): Record<string, unknown> {
  const result = schema.safeParse(args ?? {}, { error: argumentWords });
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const problems = result.error.issues.flatMap((issue) => {
    const field = issue.path.join('.').slice(0, 80);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key, i) => (i < mostProblems ? strayKey(field, key, known) : key));
    return [`${field === '' ? 'arguments' : field}: ${issue.message.slice(0, 300)}`];
  });
  const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : [];
  throw new Failure('invalid_input', [...problems.slice(0, mostProblems), ...more].join('; '), {
    hint: known.length === 0 ? 'This tool takes no arguments.' : `Arguments: ${known.join(', ')}.`,
    retry: 'yes',
  });
}

function strayKey(field: string, key: string, known: readonly string[]): string {
  const shown = JSON.stringify(key.slice(0, 60));
  const close = field === '' ? nearest(key, known) : undefined;
  return `${field === '' ? '' : `${field}: `}there is no argument ${shown}${close === undefined ? '' : ` (did you mean ${close}?)`}`;
}
