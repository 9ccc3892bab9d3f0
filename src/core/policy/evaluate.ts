import type { Effect } from '../effect.js';
import { evaluate, type Candidate } from '../selector/evaluate.js';
import { globMatches } from './glob.js';
import type { Policy, PolicyDecision, PolicyRule } from './policy.js';
import { isPathTool, normalPath, protectionsOf, whyPerson } from './protected-paths.js';
import { isWithin, type LocalTime } from './time-window.js';

/** What the policy is asked about: one tool on one device. */
export interface PolicyQuestion {
  readonly tool: string;
  readonly effect: Effect;
  /** Takes any command: denied unless a rule names the tool. */
  readonly offByDefault?: boolean | undefined;
  /** Arguments that are denied, where they are given, unless a rule names tool and argument. */
  readonly offArguments?: readonly string[] | undefined;
  /** As parsed by the tool's schema, by their own names. */
  readonly args: unknown;
  /** What arguments are called besides: rules that restrict hold for these too, and nothing is opened by them. */
  readonly also?: Readonly<Record<string, readonly unknown[]>> | undefined;
  /** Undefined for one that is not in the fleet file yet: selectors are unknown then. */
  readonly device: Candidate | undefined;
  readonly time: LocalTime;
}

/** What the policy says, and why. */
export interface Verdict {
  readonly decision: PolicyDecision;
  /** `rules[2]`, or `default`. */
  readonly place: string;
  /** The user's note on the rule. */
  readonly because?: string | undefined;
  /** Our sentence on a default. */
  readonly says?: string | undefined;
  /** What is not known, and what was made of it. */
  readonly unknown?: string | undefined;
  /** Where it is `ask`: a person has to be asked, whatever the effect; a token that the model holds is not enough. */
  readonly person?: true;
}

/** A pattern that holds nothing but stars names nothing; to name a tool is to write out its area at least. */
const namesTool = ({ tools }: PolicyRule, tool: string): boolean =>
  tools?.some((pattern) => /^[a-z]+_/.test(pattern) && globMatches(tool, pattern)) === true;

/**
 * What the policy says of one tool on one device: the first rule that matches decides, then the defaults. Where it is not known
 * whether a rule matches, the stricter holds of that rule and of what follows. Of the file tools the path is looked at too.
 */
export function decide(policy: Policy, question: PolicyQuestion): Verdict {
  const { tool, args } = question;
  const paths = isPathTool(tool) ? leavesAt(args, ['path']) : [];
  if (paths.length > 0) return paths.map((path) => decidePath(policy, { ...question, path })).reduce(stricter);
  const { effect, offByDefault = false, offArguments = [] } = question;
  const off = offArguments.filter((name) => leavesAt(args, [name]).length > 0);
  if (off.length > 0) return decideOff(policy, question, off);
  if (!offByDefault) return firstMatch(policy, question, () => true, effect === 'read' ? looks : asks);
  return firstMatch(policy, question, (rule) => namesTool(rule, tool) && argumentsFit(rule, question, 'every'), {
    decision: 'deny',
    place: 'default',
    says: `${tool} takes any command, so it is off until a rule of the policy file names it: \`- { then: ask, tools: [${tool}] }\`.`,
  });
}

/** What the policy says where arguments are given that only a rule opens which names each, and says what it opens. */
function decideOff(policy: Policy, question: PolicyQuestion, off: readonly string[]): Verdict {
  const { tool, args } = question;
  const opens = (rule: PolicyRule): boolean =>
    namesTool(rule, tool) &&
    off.every((name) => rule.arguments?.[name]?.every((pattern) => /[^*]/.test(pattern))) &&
    argumentsFit(rule, question, 'every');
  const given = off.map((name) => `${name}: [${leavesAt(args, [name]).join(', ')}]`).join(', ');
  return firstMatch(policy, question, opens, {
    decision: 'deny',
    place: 'default',
    says: `${tool} gives this much (${given}) only where a rule of the policy file names it: \`- { then: ask, tools: [${tool}], arguments: { ${given} } }\`.`,
  });
}

const looks: Verdict = { decision: 'allow', place: 'default', says: 'It only looks.' };
const asks: Verdict = {
  decision: 'ask',
  place: 'default',
  says: 'Every change is asked about unless a rule allows it.',
};

/** A question about one path of a device: the path as asked for, or where its links lead. */
export interface PathQuestion extends Omit<PolicyQuestion, 'args' | 'offByDefault'> {
  readonly path: string;
  /** The other arguments of the call, for rules that name them. */
  readonly args?: unknown;
}

/** What the policy says of a tool on one path. Paths that leak a secret, or give away the board, are denied unless a rule names them. */
export function decidePath(policy: Policy, question: PathQuestion): Verdict {
  const { tool, effect, args } = question;
  const path = normalPath(question.path);
  if (path === undefined) {
    return {
      decision: 'deny',
      place: 'default',
      says: 'Only a full path can be judged: one that begins with / and holds no zero byte.',
    };
  }
  const given = typeof args === 'object' && args !== null ? args : {};
  const asked: PolicyQuestion = { ...question, args: { ...given, path } };
  const protections = protectionsOf(path, tool, effect === 'read');
  const [first] = protections;
  // A pattern must say what it opens: `/home/*` means nobody's private key.
  const opens = (rule: PolicyRule): boolean =>
    namesTool(rule, tool) &&
    rule.arguments?.['path']?.some(
      (pattern) =>
        globMatches(path, pattern) && protections.every(({ covers }) => covers(pattern.replace(/^\*/, '/*'))),
    ) === true;
  const verdict =
    first === undefined
      ? firstMatch(policy, asked, () => true, effect === 'read' ? looks : asks)
      : firstMatch(policy, asked, opens, {
          decision: 'deny',
          place: 'default',
          says: `${tool} does not touch this path because ${first.why}. A rule of the policy file opens it that has \`tools: [${tool}]\` and names the path in \`arguments: { path: [...] }\`.`,
        });
  const why = effect !== 'read' && isPathTool(tool) ? whyPerson(path) : undefined;
  if (verdict.decision !== 'ask' || why === undefined) return verdict;
  return { ...verdict, person: true, says: `A person has to agree, because ${why}.` };
}

/**
 * What the policy says of a path whose links lead to `realPath`. Consent was given, or not needed, for the path as asked: where the
 * policy is stricter on the other, nobody was asked about that, and it is denied.
 */
export function decideRealPath(policy: Policy, question: PathQuestion, realPath: string): Verdict {
  const asked = decidePath(policy, question);
  const real = decidePath(policy, { ...question, path: realPath });
  const rank = ({ decision, person }: Verdict): number => strictness[decision] + (person === true ? 0.5 : 0);
  if (real.decision === 'deny' || rank(real) <= rank(asked)) return stricter(asked, real);
  const says = 'A link in this path leads to where the policy wants a question first. Name the path that it leads to.';
  return { ...real, decision: 'deny', place: 'default', says };
}

const strictness: Readonly<Record<PolicyDecision, number>> = { allow: 0, ask: 1, deny: 2 };

/** The stricter of two verdicts; the first where they are alike. */
export function stricter(a: Verdict, b: Verdict): Verdict {
  return strictness[b.decision] > strictness[a.decision] ? b : a;
}

function firstMatch(
  policy: Policy,
  question: PolicyQuestion,
  opens: (rule: PolicyRule) => boolean,
  otherwise: Verdict,
): Verdict {
  /** Of a rule that perhaps matches, or that may restrict and not open. */
  let atLeast: Verdict | undefined;
  let unknown: string | undefined;
  const end = (verdict: Verdict): Verdict => {
    const strictest = atLeast === undefined ? verdict : stricter(atLeast, verdict);
    return unknown === undefined ? strictest : { ...strictest, unknown };
  };
  for (const rule of policy.rules) {
    const { decision, place, because } = rule;
    const match = matchOf(rule, question);
    if (match === 'no' || (decision === 'allow' && !opens(rule))) continue;
    // Who wrote `ask` wants to be asked: a token that the model holds is not that.
    const person = decision === 'ask' ? ({ person: true } as const) : {};
    const verdict: Verdict = { decision, place, ...(because !== undefined && { because }), ...person };
    if (typeof match === 'object') {
      unknown ??= `${match.unknown}, so ${place} (${decision}) ${decision === 'allow' ? 'does not count' : 'counts'}`;
      if (decision === 'allow') continue;
    } else if (decision !== 'ask' || opens(rule)) {
      return end(verdict);
    }
    atLeast = atLeast === undefined ? verdict : stricter(atLeast, verdict);
  }
  return end(otherwise);
}

type Match = 'yes' | 'no' | { readonly unknown: string };

function matchOf(rule: PolicyRule, question: PolicyQuestion): Match {
  const { tool, effect, device, time } = question;
  if (rule.tools?.some((pattern) => globMatches(tool, pattern)) === false) return 'no';
  if (rule.effects?.includes(effect) === false) return 'no';
  if (rule.during?.some((window) => isWithin(time, window)) === false) return 'no';
  if (!argumentsFit(rule, question, rule.decision === 'allow' ? 'every' : 'some')) return 'no';
  if (rule.selector === undefined || rule.selector.kind === 'all') return 'yes';
  return device === undefined ? { unknown: 'the device is not in the fleet file' } : evaluate(rule.selector, device);
}

/** What opens must fit every value of an argument, what restricts any of them. An argument that is not given fits nothing. */
function argumentsFit(
  { arguments: patterns = {} }: PolicyRule,
  { args, also = {} }: PolicyQuestion,
  which: 'every' | 'some',
): boolean {
  return Object.entries(patterns).every(([name, list]) => {
    const values = leavesAt(args, name.split('.'));
    const fits = (value: string): boolean => list.some((pattern) => globMatches(value, pattern));
    if (which === 'every') return values.length > 0 && values.every(fits);
    return values.some(fits) || leavesAt(also, name.split('.')).some(fits);
  });
}

/** The values at a dotted path, through the elements of lists, or the one that a number names; of a mapping, those in it. */
function leavesAt(value: unknown, path: readonly string[]): string[] {
  if (value === undefined) return [];
  const [key, ...rest] = path;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    if (key !== undefined && /^\d+$/.test(key)) return leavesAt(items[Number(key)], rest);
    return items.flatMap((item) => leavesAt(item, path));
  }
  if (typeof value !== 'object' || value === null)
    return key === undefined ? [typeof value === 'string' ? value : JSON.stringify(value)] : [];
  if (key === undefined) return Object.values(value).flatMap((item) => leavesAt(item, []));
  return Object.hasOwn(value, key) ? leavesAt((value as Readonly<Record<string, unknown>>)[key], rest) : [];
}

/** Whether names, labels, groups or addresses of the fleet file have a say: then an edit of them can change what is allowed. */
export function selectsByFleetFile({ rules }: Policy): boolean {
  return rules.some(({ selector }) => selector !== undefined && selector.kind !== 'all');
}
