import type { z } from 'zod';
import { fieldHelp, groupHelp, labelHelp } from './fleet-file-help.js';
import { nearest } from './nearest.js';

/** Where something stands in the fleet file. */
export type FieldPath = readonly (string | number)[];

/** One thing that is wrong with a fleet file, in our words. The values of the file are not repeated. */
export interface FleetFileProblem {
  readonly path: FieldPath;
  readonly message: string;
  readonly fix: string;
}

/** A path as a person writes it, `devices[3].port`. */
export function fieldName(path: FieldPath): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** A key that may be shown: what does not look like one may be a secret that slipped. */
const plainKey = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/** The problem of a key that the file's grammar does not know. Keys inside a field that holds secrets are not shown. */
export function unknownKey(path: FieldPath, key: string, known: readonly string[]): FleetFileProblem {
  const inside = path.at(-1);
  const shown = plainKey.test(key) && inside !== 'sudo';
  const meant = shown ? nearest(key, known) : undefined;
  const keys = known.map((each) => `\`${each}\``).join(', ');
  return {
    path: shown ? [...path, key] : path,
    message: shown ? `\`${key}\` is not a key that may stand here.` : 'A key stands here that is not known.',
    fix: meant === undefined ? `The keys are ${keys}.` : `Write \`${meant}\`.`,
  };
}

function helpOf(path: FieldPath, value: unknown): { takes: string; fix: string } {
  const [first = '', second] = path;
  if (first === 'labels' && second !== undefined) return labelHelp;
  if (first === 'groups' && second !== undefined) return groupHelp;
  const key = first === 'hostKeys' && typeof value === 'object' ? 'fingerprint' : String(path.at(-1));
  return fieldHelp[key] ?? { takes: 'another kind of value', fix: 'See the example fleet file.' };
}

function valueAt(document: unknown, path: FieldPath): unknown {
  let value = document;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
  }
  return value;
}

/** Our words for what the schema found in one entry that stands at `base`. One problem for each field. */
export function problemsOf(
  error: z.ZodError,
  entry: unknown,
  base: FieldPath,
  knownKeys: (path: FieldPath) => readonly string[],
): FleetFileProblem[] {
  const problems = new Map<string, FleetFileProblem>();
  for (const issue of error.issues) {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    const found =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey([...base, ...path], key, knownKeys(path)))
        : [problemOf(issue, path, valueAt(entry, path), base)];
    for (const problem of found) {
      const field = fieldName(problem.path);
      if (!problems.has(field)) problems.set(field, problem);
    }
  }
  return [...problems.values()];
}

function problemOf(issue: z.core.$ZodIssue, path: FieldPath, value: unknown, base: FieldPath): FleetFileProblem {
  const own: unknown = issue.code === 'custom' ? issue.params?.['fix'] : undefined;
  if (typeof own === 'string') return { path: [...base, ...path], message: `${issue.message}.`, fix: own };
  if (path.length === 0) {
    return { path: base, message: 'Keys and values belong here.', fix: 'Write for example `name: nano-01`.' };
  }
  const { takes, fix } = helpOf(path, value);
  const field = fieldName(path);
  const message = value === undefined ? `${field} is missing.` : `${field} takes ${takes}.`;
  return { path: [...base, ...path], message, fix };
}
