import type { Effect } from '../effect.js';
import type { Selector } from '../selector/ast.js';

export type PolicyDecision = 'allow' | 'ask' | 'deny';

/** Days and hours in which a rule holds, by this machine's local time. */
export interface TimeWindow {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight; where `from` is not before `to`, the window goes over midnight. */
  readonly from: number;
  readonly to: number;
}

/** One rule; what it does not name it does not restrict. The first rule that matches decides. */
export interface PolicyRule {
  /** `allow`, `ask` or `deny`. */
  readonly decision: PolicyDecision;
  /** Names of tools, `*` matches any run of characters. */
  readonly tools?: readonly string[] | undefined;
  readonly effects?: readonly Effect[] | undefined;
  readonly selector?: Selector | undefined;
  /** Patterns by argument, dotted where nested; every one must match. */
  readonly arguments?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly during?: readonly TimeWindow[] | undefined;
  /** Where the rule stands, `rules[3]` or `default`, for explanations. */
  readonly place: string;
  /** The user's note on it. */
  readonly because?: string | undefined;
}

/** The user's rules, to be followed by the defaults. */
export interface Policy {
  readonly rules: readonly PolicyRule[];
}
