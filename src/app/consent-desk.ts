import { decideConsent, type ConsentKind, type ConsentLevel } from '../core/consent/decide.js';
import { whatChanged, type KeptPlan } from '../core/consent/what-changed.js';
import { Failure } from '../core/errors.js';
import type { Clock } from '../ports/clock.js';
import type { Consents, PendingPlan, TokenState } from '../ports/consents.js';
import type { ToolSpec } from '../ports/tool.js';
import { otherCall, overWords, refusal, tooLate, unusable, withdrawn } from './consent-words.js';
import type { Answer, Client } from './run-context.js';

/** How long a plan waits for consent. */
const planLastsMs = 10 * 60_000;
/** What a person can be expected to read before they agree. */
const mostTextChars = 30_000;

/** A plan for which consent is wanted. */
export interface Wanted {
  readonly id: string;
  readonly spec: ToolSpec;
  readonly level: ConsentLevel;
  readonly policy: 'allow' | 'ask';
  readonly hasSteps: boolean;
  /** SHA-256 over all of it. */
  readonly hash: string;
  /** What is kept of it, to say later what changed. Without secrets, like the text. */
  readonly kept: KeptPlan;
  /** In words. */
  readonly text: string;
}

/** What the caller brought: a token in the arguments, a person's answer. */
export interface Brought {
  readonly token: string | undefined;
  readonly answer: Answer | undefined;
  readonly client: Client | undefined;
}

/** A no: why, the plan that waits now where there is one to agree to, and the person's own answer where there was one. */
export interface DeskRefusal {
  readonly refuse: Failure;
  readonly offer?: PendingPlan | undefined;
  readonly decision?: Answer['decision'] | undefined;
  /** The call brought the token of a plan that waits on, or that another call took: it is none of that plan's. */
  readonly stray?: boolean | undefined;
}

export type DeskOutcome = { readonly go: ConsentKind } | { readonly ask: PendingPlan } | DeskRefusal;

/** Finds out whether a plan has consent, and spends it. */
export class ConsentDesk {
  readonly #consents: Consents;
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(consents: Consents, clock: Clock, newId: () => string) {
    this.#consents = consents;
    this.#clock = clock;
    this.#newId = newId;
  }

  /** The plan that a call refers to, by its answer or by its token. */
  async known({ answer, token }: Brought): Promise<TokenState | undefined> {
    const given = answer?.token ?? token;
    return given === undefined ? undefined : this.#consents.find(given);
  }

  /** Keeps a plan until somebody agrees to it. */
  async offer({ id, spec, level, policy, hash, kept, text }: Wanted): Promise<PendingPlan> {
    if (level === 'disrupt' && policy === 'ask' && text.length > mostTextChars)
      throw new Failure('invalid_input', 'This plan is too long for a person to read and agree to.', {
        hint: 'Ask for fewer devices at once.',
        retry: 'no',
      });
    const now = this.#clock.now();
    const plan: PendingPlan = {
      id,
      token: `plan-${this.#newId()}${this.#newId()}`,
      code: codeFrom(this.#newId()),
      tool: spec.name,
      effect: spec.effect === 'read' ? 'read' : level,
      hash,
      ...kept,
      text,
      createdAtMs: now,
      expiresAtMs: now + planLastsMs,
    };
    await this.#consents.offer(plan);
    return plan;
  }

  /** Decides on a plan, given what is known of the token that came with the call. */
  async decide(wanted: Wanted, brought: Brought, known: TokenState | undefined): Promise<DeskOutcome> {
    const { client, answer, token } = brought;
    const mismatch = known === undefined ? undefined : mismatchOf(wanted, known);
    // A refusal needs no matching plan, and a token that is wrong is never passed over in silence.
    if (mismatch && (answer === undefined || answer.decision === 'approved'))
      return this.#mismatched(mismatch, wanted, client);
    const pending = known?.state === 'pending' && !mismatch ? known.plan : undefined;
    const outcome = decideConsent({
      level: wanted.level,
      hasSteps: wanted.hasSteps,
      policy: wanted.policy,
      unattended: client?.unattended,
      asks: client?.asks ?? false,
      token: pending !== undefined && token !== undefined,
      approvedOnTerminal: pending?.approved !== undefined,
      answer: answer?.decision,
    });
    if ('ask' in outcome) return { ask: pending ?? (await this.offer(wanted)) };
    if ('go' in outcome) return this.#spent(outcome.go, pending);
    const decision = answer?.decision;
    const plan = pending ?? mismatch?.plan;
    if (plan && decision === 'declined') await this.#consents.withdraw(plan.token, 'the user declined it');
    else if (mismatch?.plan) await this.#consents.withdraw(mismatch.plan.token, mismatch.gone ?? 'nobody agreed to it');
    const offer = decision === 'declined' ? undefined : await this.#waiting(wanted, client, pending);
    return { refuse: refusal(outcome.refuse, offer), offer, decision };
  }

  /** Refuses a token that does not stand for what is asked for now. */
  async #mismatched(
    { refuse, plan, gone }: Mismatch,
    wanted: Wanted,
    client: Client | undefined,
  ): Promise<DeskRefusal> {
    if (plan && gone === undefined) return { refuse, stray: true };
    if (plan && gone !== undefined) {
      const was = await this.#consents.withdraw(plan.token, gone);
      // It is another now because another call was faster with it.
      if (was.state !== 'pending') return { refuse: tooLate(was), stray: true };
    }
    return { refuse, offer: await this.#waiting(wanted, client) };
  }

  /** The plan as it is now, made to wait where it does not yet; undefined where there is no way left to agree to it. */
  async #waiting(wanted: Wanted, client: Client | undefined, pending?: PendingPlan): Promise<PendingPlan | undefined> {
    if (client?.unattended !== undefined || wanted.spec.effect === 'read') return undefined;
    return pending ?? this.offer(wanted);
  }

  /** A consent counts once: of two calls with the same token, the one that takes it goes on. */
  async #spent(kind: ConsentKind, pending: PendingPlan | undefined): Promise<DeskOutcome> {
    if (pending === undefined) return { go: kind };
    const taken = await this.#consents.spend(pending.token);
    if (taken.state === 'pending') return { go: kind };
    return { refuse: tooLate(taken), stray: true };
  }
}

/** Why what a token stands for is not what is asked for now. */
interface Mismatch {
  readonly refuse: Failure;
  /** The plan of the token, where it is one of the same tool. */
  readonly plan?: PendingPlan | undefined;
  /** Why that plan cannot be carried out any more; absent where it waits on for the call that was agreed to. */
  readonly gone?: string | undefined;
}

/** Undefined where the token stands for exactly this plan. */
function mismatchOf({ spec, hash, kept }: Wanted, known: TokenState): Mismatch | undefined {
  if (known.state !== 'pending') return { refuse: unusable(overWords(known)) };
  const { plan } = known;
  if (plan.tool !== spec.name) return { refuse: unusable(`This token belongs to a plan of ${plan.tool}.`) };
  if (plan.hash === hash) return undefined;
  const { of, says } = whatChanged(plan, kept);
  const changes = says.join('; ');
  if (of === 'arguments') return { refuse: otherCall('This token is for other arguments.'), plan };
  if (of === 'devices') return { refuse: otherCall(`This token is for other devices: now it is ${changes}.`), plan };
  const gone = changes === '' ? 'it would be another one now' : changes;
  return { refuse: unusable(withdrawn(gone)), plan, gone };
}

const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Eight letters that are not mistaken for each other, from random hex. */
function codeFrom(hex: string): string {
  let number = BigInt(`0x${hex}`);
  let code = '';
  for (let i = 0; i < 8; i++, number /= 32n) code += letters[Number(number % 32n)] ?? '';
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
