import type { z } from 'zod';
import { fieldName, unknownKey, type FieldPath, type FleetFileProblem } from '../fleet-file-problem.js';
import { nearest } from '../nearest.js';
import { globMatches } from './glob.js';
import type { Policy, PolicyRule } from './policy.js';
import { ruleHelp, ruleSchema } from './schema.js';

/** Every tool there is, with the names of its own arguments: a misspelt rule would never match, and nobody would know. */
export type KnownTools = ReadonlyMap<string, readonly string[]>;

/** A policy file, read. Where there are problems, the policy denies everything. */
export interface PolicyFile {
  readonly policy: Policy;
  readonly problems: readonly FleetFileProblem[];
}

/** What holds while the policy file cannot be used. */
export const refuseAll: Policy = {
  rules: [{ decision: 'deny', place: 'policy file', because: 'the policy file has to be mended first' }],
};

const ruleKeys = Object.keys(ruleSchema.shape);
const ruleFix = 'Begin each rule with `- then: allow`, `- then: ask` or `- then: deny`.';

/** The rules of a parsed policy file, all or none: without one of them, another would decide. An empty file is a policy without rules. */
export function parsePolicy(document: unknown, known?: KnownTools): PolicyFile {
  if (document === undefined || document === null) return { policy: { rules: [] }, problems: [] };
  if (typeof document !== 'object' || Array.isArray(document)) {
    const fix = 'Begin the file with `rules:` and put the list below it.';
    return { policy: refuseAll, problems: [{ path: [], message: 'The policy file holds no `rules:`.', fix }] };
  }
  const fields = document as Readonly<Record<string, unknown>>;
  const stray = Object.keys(fields).filter((key) => key !== 'rules');
  const problems = stray.map((key) => unknownKey([], key, ['rules']));
  const listed = fields['rules'] ?? [];
  if (!Array.isArray(listed)) problems.push({ path: ['rules'], message: 'rules takes a list.', fix: ruleFix });
  const read = (Array.isArray(listed) ? listed : []).map((item, index) => readRule(item, index, known));
  problems.push(...read.flatMap((each) => each.problems));
  if (problems.length > 0) return { policy: refuseAll, problems };
  return { policy: { rules: read.flatMap(({ rule }) => rule ?? []) }, problems };
}

interface ReadRule {
  readonly rule?: PolicyRule;
  readonly problems: readonly FleetFileProblem[];
}

function readRule(item: unknown, index: number, known: KnownTools | undefined): ReadRule {
  const base = ['rules', index];
  const parsed = ruleSchema.safeParse(item);
  if (!parsed.success) return { problems: problemsOf(parsed.error, item, base) };
  const { then, ...fields } = parsed.data;
  const rule = { decision: then, ...fields, place: fieldName(base) };
  return { rule, problems: known === undefined ? [] : strayNames(rule, base, known) };
}

/** Tools and arguments that do not exist. */
function strayNames(
  { tools, arguments: named = {} }: PolicyRule,
  base: FieldPath,
  known: KnownTools,
): FleetFileProblem[] {
  const meant = (name: string, among: readonly string[], otherwise: string): string => {
    const close = nearest(name, among);
    return close === undefined ? otherwise : `Write \`${close}\`.`;
  };
  const names = [...known.keys()];
  const problems = (tools ?? []).flatMap((tool, i): FleetFileProblem[] =>
    names.some((name) => globMatches(name, tool))
      ? []
      : [
          {
            path: [...base, 'tools', i],
            message: 'There is no such tool.',
            fix: meant(tool, names, '`jetfleet tools` lists them.'),
          },
        ],
  );
  if (problems.length > 0) return problems;
  const reached = names.filter((name) => tools === undefined || tools.some((tool) => globMatches(name, tool)));
  const takes = [...new Set(reached.flatMap((name) => known.get(name) ?? []))];
  return Object.keys(named)
    .filter((name) => !takes.includes(name.split('.')[0] ?? ''))
    .map((name) => ({
      path: [...base, 'arguments', name],
      message: 'No tool of this rule takes such an argument.',
      fix: meant(
        name,
        takes,
        takes.length > 0 && takes.length <= 20 ? `They take ${takes.join(', ')}.` : 'Name the tools too.',
      ),
    }));
}

/** Our words for what the schema found in one rule. One problem for each field; values of the file are not repeated. */
function problemsOf(error: z.ZodError, item: unknown, base: FieldPath): FleetFileProblem[] {
  const problems = new Map<string, FleetFileProblem>();
  for (const issue of error.issues) {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    const found =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey([...base, ...path], key, ruleKeys))
        : [problemOf(issue, path, item, base)];
    for (const problem of found) {
      const field = fieldName(problem.path);
      if (!problems.has(field)) problems.set(field, problem);
    }
  }
  return [...problems.values()];
}

function problemOf(issue: z.core.$ZodIssue, path: FieldPath, item: unknown, base: FieldPath): FleetFileProblem {
  const whole = [...base, ...path];
  const fix: unknown = issue.code === 'custom' ? issue.params?.['fix'] : undefined;
  if (typeof fix === 'string') return { path: whole, message: `${issue.message}.`, fix };
  const key = String(path[0] ?? '');
  const help = ruleHelp[key];
  if (help === undefined) return { path: base, message: 'A rule is keys and values.', fix: ruleFix };
  const missing = key === 'then' && !(key in (item as object));
  return {
    path: whole,
    message: missing ? 'then is missing.' : `${key} takes ${help.takes}.`,
    fix: missing ? ruleFix : help.fix,
  };
}
