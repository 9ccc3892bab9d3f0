import type { KeptPlan } from '../core/consent/what-changed.js';
import type { Effect } from '../core/effect.js';

/** A plan that waits for consent, as all servers of this machine's user see it. Secrets are taken out of its texts. */
export interface PendingPlan extends KeptPlan {
  /** Id of the change; ids of jobs and steps are made from it, so that they are the same when the plan is carried out. */
  readonly id: string;
  /** Unguessable; the model may hold it. */
  readonly token: string;
  /** Short, for `jetfleet approve CODE`. */
  readonly code: string;
  readonly tool: string;
  /** `disrupt`: only a person's word counts. `change`: the token is enough. `read`: only the answer to the question itself. */
  readonly effect: Effect;
  /** SHA-256 over tool, arguments, expanded devices with their fleet-file entries, and steps. */
  readonly hash: string;
  /** The plan in words, as a person is asked about it. */
  readonly text: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** A person has approved it on a terminal. */
  readonly approved?: { readonly user: string; readonly atMs: number } | undefined;
}

/** What became of a token. */
export type TokenState =
  | { readonly state: 'pending'; readonly plan: PendingPlan }
  | { readonly state: 'spent' | 'expired'; readonly tool: string }
  /** It will not be carried out; `why` goes on after "because". */
  | { readonly state: 'withdrawn'; readonly tool: string; readonly why: string }
  | { readonly state: 'unknown' };

/** The plans that wait for consent: one locked file for all local servers of a user. Rejects with a `Failure`. */
export interface Consents {
  /** Keeps a plan until it is spent or expires. Rejects with `internal` where its token or code stand for another, spent or not. */
  offer(plan: PendingPlan): Promise<void>;

  /** What a token stands for now. */
  find(token: string): Promise<TokenState>;

  /** Takes the plan out for good and returns it as it was; of several that try at once, one succeeds. */
  spend(token: string): Promise<TokenState>;

  /** Takes the plan out like `spend`, and remembers why it is not to be carried out. */
  withdraw(token: string, why: string): Promise<TokenState>;

  /** Marks the plan of a code as approved by a person on a terminal. */
  approve(code: string, user: string): Promise<TokenState>;

  /** What a code stands for now. Case, spaces and dashes do not count, here and in `approve`. */
  byCode(code: string): Promise<TokenState>;

  /** The plans that wait now, newest first. */
  pending(): Promise<readonly PendingPlan[]>;
}
