import { isWithin, type Effect, type Limits } from '../effect.js';
import { decide } from '../policy/evaluate.js';
import type { PolicyDecision } from '../policy/policy.js';
import { decideConsent, type Circumstances, type ConsentKind } from './decide.js';

/** The kinds of tools that are treated differently; `any_command`: off until a rule of the policy names it. */
export const matrixKinds = ['read', 'change', 'disrupt', 'any_command'] as const;
/** One of `matrixKinds`. */
export type MatrixKind = (typeof matrixKinds)[number];

/** A tool of each kind, to try the matrix with. */
export const matrixTools: Readonly<Record<MatrixKind, { readonly name: string; readonly effect: Effect }>> = {
  read: { name: 'service_status', effect: 'read' },
  change: { name: 'cpu_set_governor', effect: 'change' },
  disrupt: { name: 'service_control', effect: 'disrupt' },
  any_command: { name: 'command_run', effect: 'disrupt' },
};

/** What a client can do: the form of 2026-07-28, the elicitation of the revisions before it, neither. */
export const abilities = ['form', 'elicitation', 'none'] as const;
/** One of `abilities`. */
export type Ability = (typeof abilities)[number];

/** What the policy file says of the tool, by its name; undefined: there is no file. */
export const matrixRules = [undefined, 'allow', 'ask', 'deny'] as const satisfies readonly (
  PolicyDecision | undefined
)[];

/** How the server was started. */
export const matrixModes = {
  normal: { readOnly: false, disableDisruptive: false },
  '--read-only': { readOnly: true, disableDisruptive: false },
  '--disable-disruptive': { readOnly: false, disableDisruptive: true },
} as const satisfies Readonly<Record<string, Limits>>;

/** One circumstance of each kind. */
export interface Cell {
  readonly kind: MatrixKind;
  readonly ability: Ability;
  readonly rule: (typeof matrixRules)[number];
  readonly mode: keyof typeof matrixModes;
}

/** What can come after a call that was not done at once. */
export const followUps = ['approve', 'decline', 'cancel', 'time_out', 'client_gone', 'token', 'terminal'] as const;
/** One of `followUps`. */
export type FollowUp = (typeof followUps)[number];

/** What happens; nothing is done on a device but where it `runs`. */
export type CellOutcome =
  | { readonly does: 'runs'; readonly by: ConsentKind }
  | { readonly does: 'absent' | 'denied' | 'asks' | 'needs_token' | 'needs_person' }
  | { readonly does: 'refused'; readonly why: 'declined' | 'cancelled' | 'timed_out' | 'expired' | 'unanswered' };

/** What happens on a call, and with `then` on what comes after it: `decideConsent` with all that can be said of a cell. */
export function outcomeOf({ kind, ability, rule, mode }: Cell, then?: FollowUp): CellOutcome {
  const { name, effect } = matrixTools[kind];
  if (!isWithin(effect, matrixModes[mode])) return { does: 'absent' };
  const rules = rule === undefined ? [] : [{ decision: rule, tools: [name], place: 'rules[0]' }];
  const time = { day: 1, minutes: 0 };
  const question = { tool: name, effect, offByDefault: kind === 'any_command', args: {}, device: undefined, time };
  const { decision, person } = decide({ rules }, question);
  if (decision === 'deny') return { does: 'denied' };
  // These clients call again with the answer, or never: the plan then waits until its time is over.
  if (ability === 'form' && then === 'time_out') return { does: 'refused', why: 'expired' };
  if (ability === 'form' && then === 'client_gone') return { does: 'refused', why: 'unanswered' };
  const outcome = decideConsent({
    // A reading has no plan of which the model could hold a token.
    level: kind === 'change' && person !== true ? 'change' : 'disrupt',
    hasSteps: true,
    policy: decision,
    unattended: undefined,
    asks: ability !== 'none',
    token: then === 'token' || then === 'terminal',
    approvedOnTerminal: then === 'terminal',
    answer: then && answers[then],
  });
  if ('go' in outcome) return { does: 'runs', by: outcome.go };
  if ('ask' in outcome) return { does: 'asks' };
  switch (outcome.refuse) {
    case 'needs_token':
    case 'needs_person':
      return { does: outcome.refuse };
    case 'unattended':
      throw new TypeError('a client of the protocol is never unattended');
    default:
      return { does: 'refused', why: outcome.refuse };
  }
}

const answers: Readonly<Partial<Record<FollowUp, Circumstances['answer']>>> = {
  approve: 'approved',
  decline: 'declined',
  cancel: 'cancelled',
  time_out: 'timed_out',
  client_gone: 'cancelled',
};

/** What can come after the call of a cell; nothing where the call already settles it. */
export function followUpsOf(cell: Cell): readonly FollowUp[] {
  const { does } = outcomeOf(cell);
  if (does !== 'asks' && does !== 'needs_token' && does !== 'needs_person') return [];
  return followUps.filter((then) => {
    if (then === 'token') return cell.kind !== 'read';
    // Its code is shown where a token is not enough.
    if (then === 'terminal')
      return cell.kind !== 'read' && outcomeOf({ ...cell, ability: 'none' }).does === 'needs_person';
    return does === 'asks';
  });
}

/** Every cell. */
export const cells: readonly Cell[] = (Object.keys(matrixModes) as (keyof typeof matrixModes)[]).flatMap((mode) =>
  matrixKinds.flatMap((kind) =>
    matrixRules.flatMap((rule) => abilities.map((ability) => ({ kind, ability, rule, mode }))),
  ),
);
