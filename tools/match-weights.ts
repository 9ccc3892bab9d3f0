import { wantedWeights, type ModelWish, type WantedWeights } from '../src/core/ai/launch/wanted-model.js';
import { loadable } from '../src/core/ai/match/run-rows.js';
import type { CatalogModel } from '../src/core/ai/models/model.js';
import { Failure } from '../src/core/errors.js';
import type { Call } from '../src/ports/tool.js';
import { measuredAtHub } from './hub-weights.js';

export interface MatchWeights {
  readonly weights: readonly WantedWeights[];
  /** The model is a path: each device has its own. */
  readonly own: boolean;
  /** What could not be measured, in our words. */
  readonly said: readonly string[];
}

/**
 * The stored forms of a model. Of those at a hub that the catalog does not have, and of all where that is asked for, size and architecture
 * are read there; where the hub is out of reach, what is known otherwise stays, and that is said.
 */
export async function weightsFor(
  wish: ModelWish,
  models: readonly CatalogModel[],
  measure: boolean,
  { web, signal }: Call,
): Promise<MatchWeights> {
  if (wish.model.startsWith('/')) return { weights: [], own: true, said: [] };
  const said = new Set<string>();
  const weights = await Promise.all(
    loadable(wantedWeights(wish, models, undefined), wish.engine).map(async (each) => {
      const unlisted = each.shape === undefined;
      if (each.from.kind !== 'hub' || !(measure || unlisted)) return each;
      try {
        return await measuredAtHub(each, web, signal);
      } catch (error) {
        // Offline, the catalog and the name still tell something; a repository that is not there does not.
        if (!(error instanceof Failure) || signal.aborted) throw error;
        if (unlisted && error.kind === 'invalid_input') throw error;
        const instead = each.quantisation.bytes > 0 ? 'the sizes are estimates.' : 'its size is not known.';
        said.add(`${each.from.repo} could not be measured at the hub (${error.message}): ${instead}`);
        return each;
      }
    }),
  );
  return { weights, own: false, said: [...said] };
}
