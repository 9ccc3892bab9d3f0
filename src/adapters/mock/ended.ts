import { Failure } from '../../core/errors.js';
import type { Interaction } from './transcript.js';
import { failureToJson, type Clean } from './values.js';

/** How one request ended. */
export type Ended = Pick<Interaction, 'answer' | 'failure' | 'lines' | 'untilAborted'>;

/** How a request that was rejected is written down; undefined where a replay shall not do the same. */
export function endedBadly(error: unknown, signal: AbortSignal, clean: Clean): Ended | undefined {
  if (signal.aborted) return { untilAborted: true };
  if (!(error instanceof Failure) || error.kind === 'unknown_device' || error.kind === 'cancelled') return undefined;
  return { failure: failureToJson(error, clean) };
}
