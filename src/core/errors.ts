/** Why something failed. A closed list: clients, policy and tests may switch over it. */
export const failureKinds = [
  'invalid_input',
  'unknown_device',
  'not_allowed',
  'not_confirmed',
  'unreachable',
  'auth_failed',
  'timeout',
  'cancelled',
  'command_failed',
  'unparseable',
  'unsupported',
  'internal',
] as const;

export type FailureKind = (typeof failureKinds)[number];

/** What the caller should do about it: call again, look at the device first, or leave it to a human. */
export type Retry = 'yes' | 'check_first' | 'no';

export interface FailureDetails {
  /** The next step that mends it, in our own words. */
  readonly hint?: string | undefined;
  readonly retry?: Retry | undefined;
  /** The original error. It reaches the log only, never the model. */
  readonly cause?: unknown;
}

/** The one error class. `message` and `hint` are our own words: device text never enters them unparsed. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly hint: string | undefined;
  readonly retry: Retry | undefined;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.hint = details.hint;
    this.retry = details.retry;
  }
}

/** The client took this very call back. One that merely goes away, or a server that stops, leaves what was begun to go on. */
export class Withdrawn extends Failure {
  constructor() {
    super('cancelled', 'The call was cancelled.');
  }
}

/** Whether a signal aborted because the client took the call back. */
export function isWithdrawn(signal: AbortSignal): boolean {
  return signal.reason instanceof Withdrawn;
}

/** The failure an aborted signal stands for: its reason where that is a Failure (a deadline, say), else `cancelled`. */
export function abortFailure(signal: AbortSignal): Failure {
  return signal.reason instanceof Failure ? signal.reason : new Failure('cancelled', 'The call was cancelled.');
}
