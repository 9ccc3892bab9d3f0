import type { ConsentOutcome } from '../core/consent/decide.js';
import { Failure } from '../core/errors.js';
import type { PendingPlan, TokenState } from '../ports/consents.js';

type Over = Exclude<TokenState, { readonly state: 'pending' }>;

/** Why a token that was good is none any more, or never was one. */
export function overWords(known: Over): string {
  switch (known.state) {
    case 'unknown':
      return 'Nobody knows this token: it was mistyped, or it is long over.';
    case 'spent':
      return 'This token was used already; each is good for one call.';
    case 'expired':
      return 'This token has expired.';
    case 'withdrawn':
      return withdrawn(known.why);
  }
}

/** The same for a call that another one was ahead of with the same token. */
export function tooLate(known: Over): Failure {
  return new Failure('not_confirmed', overWords(known), {
    hint: 'This call changed nothing; the one that came first may have. Look how that ended before making a new plan.',
    retry: 'no',
  });
}

/** Why a plan cannot be carried out any more. */
export const withdrawn = (why: string): string => `This plan was withdrawn, because ${why}.`;

/** A token for something else than what was called; the plan it stands for is left as it is. */
export function otherCall(message: string): Failure {
  return new Failure('not_confirmed', message, {
    hint: 'Nothing was changed, and its plan still waits: call with exactly what was planned. For anything else make a plan of its own.',
    retry: 'no',
  });
}

/** A token that cannot be used. */
export function unusable(message: string): Failure {
  return new Failure('not_confirmed', message, {
    hint: 'Nothing was changed. Show the user the plan as it is now and let them agree to that.',
    retry: 'no',
  });
}

const nothing = 'Nothing was changed.';

/** Why a plan is not carried out, and how it still can be. */
export function refusal(
  why: Extract<ConsentOutcome, { readonly refuse: string }>['refuse'],
  offer: PendingPlan | undefined,
): Failure {
  const approve =
    offer === undefined
      ? ''
      : ` The user can still run "jetfleet approve ${offer.code}" in a terminal; then call again with the plan's token.`;
  const says: Record<typeof why, [message: string, hint: string]> = {
    unattended: [
      'Nobody can be asked here, so nothing was changed.',
      'Run it on a terminal. Elsewhere it takes two things: --yes, and a rule of the policy file that allows it.',
    ],
    declined: ['The user declined; nothing was changed.', 'Do not ask for the same again unless the user says so.'],
    cancelled: ['The question was cancelled; nothing was changed.', `Ask the user how to go on.${approve}`],
    timed_out: ['The user did not answer in time; nothing was changed.', `Ask the user how to go on.${approve}`],
    needs_token: [
      'The user has to agree first.',
      `${nothing} Show the user the plan; once they agree, call again with its token.`,
    ],
    needs_person: [
      'Only a person can agree to this, and this client cannot ask one.',
      `${nothing} Show the user the plan.${approve}`,
    ],
  };
  const [message, hint] = says[why];
  return new Failure('not_confirmed', message, { hint, retry: 'no' });
}
