import type { AiBoard } from '../ai-board.js';
import type { Running } from '../memory-fit.js';
import type { WantedWeights } from '../launch/wanted-model.js';

/** A device as the matching sees it. */
export interface MatchLook {
  readonly device: string;
  readonly board: AiBoard;
  readonly running: readonly Running[];
  /** Names of images that it has. */
  readonly local: readonly string[];
  /** Stored forms of the model, as far as they are this device's own: a path on it. */
  readonly weights?: readonly WantedWeights[] | undefined;
}

/** A device that could not be looked at, or has no such file. */
export interface MatchFailure {
  readonly device: string;
  readonly says: string;
  readonly hint?: string | undefined;
}
