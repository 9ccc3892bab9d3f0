import { Failure, type FailureKind } from '../src/core/errors.js';

/** Kinds by which nothing is known: it is asked again later. */
const unknowing: readonly FailureKind[] = ['unreachable', 'timeout', 'cancelled', 'auth_failed'];

/** Not everything is as it was. */
export class NotBack extends Error {
  readonly says: string;
  /** Nothing was seen to be wrong: the device could not be asked. */
  readonly isUnknown: boolean;

  constructor(bad: readonly string[], cause: unknown) {
    const what = bad.length === 0 ? '' : `: ${bad.join(', ')}`;
    super('not put back', { cause });
    this.says = `not everything could be put back${what}`;
    this.isUnknown = bad.length === 0 && cause instanceof Failure && unknowing.includes(cause.kind);
  }
}

const hint =
  'clocks_status, power_modes and ai_list tell how the board stands; clocks_set with state: restore lets the clocks scale again. ai_benchmark_compare has what was measured.';

/** What failed first, with what besides could not be put back. */
export function failedAndNotBack(first: unknown, left: NotBack): Failure {
  const { kind, message } =
    first instanceof Failure ? first : { kind: 'internal' as const, message: 'The measurement failed.' };
  return new Failure(kind, `${message} And ${left.says}.`, { hint, retry: 'check_first', cause: first });
}

/** All was done but that. */
export function notBack(done: string, left: NotBack): Failure {
  return new Failure('command_failed', `${done}, but ${left.says}.`, { hint, retry: 'check_first', cause: left.cause });
}
