import { z } from 'zod';
import { nearest } from '../core/nearest.js';

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const units: Readonly<Record<string, string>> = { string: 'character', array: 'entry' };
const plurals: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

/** What a value is, by the words of JSON. */
function kindOf(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction';
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return kinds[kind] ?? kind;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;

/** What would have been right; undefined where zod alone knows. */
function wanted(issue: z.core.$ZodRawIssue | z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map((inner) => wanted(inner) ?? inner.message))].join(' or ');
    case 'too_small':
    case 'too_big': {
      const [bound, end] =
        issue.code === 'too_small' ? [issue.minimum, 'at least'] : ([issue.maximum, 'at most'] as const);
      const unit = (Number(bound) === 1 ? units : plurals)[issue.origin];
      return `${end} ${bound}${unit === undefined ? '' : ` ${unit}`}`;
    }
    default:
      return undefined;
  }
}

/** Says of an argument that is missing, or is no such thing, what it takes. Schemas with words of their own keep those. */
export const argumentWords: z.core.$ZodErrorMap = (issue) => {
  const right = wanted(issue);
  if (right === undefined) return undefined;
  if (issue.input === undefined) {
    const meaning = issue.schema && z.globalRegistry.get(issue.schema)?.description;
    return `is missing, takes ${right}${meaning === undefined ? '' : ` (${meaning.replace(/\.$/, '')})`}`;
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') return `takes ${right}`;
  if (issue.code !== 'invalid_value') return `takes ${right}, not ${kindOf(issue.input)}`;
  const close = typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : undefined;
  return `takes ${right}${close === undefined ? '' : ` (did you mean ${close}?)`}`;
};
