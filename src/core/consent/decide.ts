/**
 * What counted as consent. `policy`: a rule of the user's policy file. `form`: the person answered the client's form, or
 * jetfleet's own question on a terminal. `token`: the model gave back a plan's token. `terminal`: `jetfleet approve`.
 * `nothing_to_do`: the plan had no steps.
 */
export type ConsentKind = 'policy' | 'form' | 'token' | 'terminal' | 'nothing_to_do';

/** Whose word is needed. `change`: a token that the model holds is enough. `disrupt`: only a person's, or a rule of theirs. */
export type ConsentLevel = 'change' | 'disrupt';

/** All that decides whether a plan may be carried out. */
export interface Circumstances {
  readonly level: ConsentLevel;
  /** The plan has steps, or the policy wants a question even though it has none. */
  readonly hasSteps: boolean;
  /** What the policy says for the devices together: `ask` as soon as one of them is to be asked about. */
  readonly policy: 'allow' | 'ask';
  /** Nobody watches: only a rule counts, and only where it was said beforehand that the change is meant. */
  readonly unattended: 'refuses' | 'by_policy' | undefined;
  /** A person can be asked. */
  readonly asks: boolean;
  /** The call gave back the token of exactly this plan. */
  readonly token: boolean;
  /** A person approved exactly this plan by `jetfleet approve`. */
  readonly approvedOnTerminal: boolean;
  /** What a person answered to exactly this plan. */
  readonly answer: 'approved' | 'declined' | 'cancelled' | 'timed_out' | undefined;
}

export type ConsentOutcome =
  | { readonly go: ConsentKind }
  | { readonly ask: true }
  | { readonly refuse: 'unattended' | 'declined' | 'cancelled' | 'timed_out' | 'needs_token' | 'needs_person' };

/** Whether a plan is carried out, asked about or refused. Whatever is not clearly a yes is a no. */
export function decideConsent(given: Circumstances): ConsentOutcome {
  if (given.unattended === 'refuses') return { refuse: 'unattended' };
  if (given.answer === 'approved') return { go: 'form' };
  if (given.answer !== undefined) return { refuse: given.answer };
  if (!given.hasSteps) return { go: 'nothing_to_do' };
  if (given.policy === 'allow') return { go: 'policy' };
  if (given.unattended !== undefined) return { refuse: 'unattended' };
  if (given.approvedOnTerminal) return { go: 'terminal' };
  if (given.token && given.level === 'change') return { go: 'token' };
  if (given.asks) return { ask: true };
  return { refuse: given.level === 'change' ? 'needs_token' : 'needs_person' };
}
