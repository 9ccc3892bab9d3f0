import { argv, defineProbe, type Probe } from '../../probe/probe.js';
import { builtForOf, builtForReads } from './built-for.js';
import { listReads, parseListing, type Listing } from './listing.js';
import type { BuiltFor } from './sidecar.js';

/** The models of a device, and what engines have to be built for to run on it. */
export interface ModelsOnDisk {
  readonly own: Listing;
  /** Undefined where the volume's folder could not be looked at. */
  readonly volume: Listing | undefined;
  readonly board: Omit<BuiltFor, 'image'>;
  readonly freeBytes: number | undefined;
}

/** Prints the line of `df -Pk` for the folder of models, or for where it would be made. */
export const freeScript =
  'd=/data/models; [ -d "$d" ] || d=$HOME/models; [ -d "$d" ] || d=$HOME; df -Pk "$d" | tail -n 1';

/** Lists the models in one exchange, in further folders too. */
export function modelsProbe(folders: readonly string[]): Probe<ModelsOnDisk> {
  const reads = { ...listReads(folders), ...builtForReads, free: argv(['sh', '-c', freeScript, 'jetfleet-free']) };
  return defineProbe<ModelsOnDisk, typeof reads>({
    name: 'models',
    reads,
    parse: (answers) => {
      const free = / (\d{1,15}) +\d{1,3}% /.exec(answers.free.text)?.[1];
      return {
        own: parseListing(answers.own),
        volume: answers.volume.status === 'ok' ? parseListing(answers.volume) : undefined,
        board: builtForOf(answers),
        freeBytes: free === undefined ? undefined : Number(free) * 1024,
      };
    },
  });
}
