/** `pinned`: lowest equals highest everywhere, as jetson_clocks leaves it. `dynamic`: the governors scale. */
export const clocksStates = ['pinned', 'partly_pinned', 'dynamic', 'unknown'] as const;
export type ClocksState = (typeof clocksStates)[number];

interface Bounds {
  readonly minMHz?: number;
  readonly maxMHz?: number;
}

export interface ClocksSeen {
  /** Clusters with a core online. */
  readonly cpus: readonly Bounds[];
  readonly gpus: readonly Bounds[];
  readonly emc?: Bounds & { readonly forced?: boolean };
  readonly idleAllowed?: boolean;
}

/** Which parts are pinned; absent where that could not be seen. */
export interface PinnedParts {
  readonly cpu?: boolean;
  readonly gpu?: boolean;
  readonly emc?: boolean;
}

function allPinned(clocks: readonly Bounds[]): boolean | undefined {
  const known = clocks.filter(({ minMHz, maxMHz }) => minMHz !== undefined && maxMHz !== undefined);
  return known.length === 0 ? undefined : known.every(({ minMHz, maxMHz }) => minMHz === maxMHz);
}

/** Part by part: whether lowest equals highest (for memory, whether its clock is forced, where that is told). */
export function pinnedParts({ cpus, gpus, emc }: ClocksSeen): PinnedParts {
  const [cpu, gpu, memory] = [allPinned(cpus), allPinned(gpus), emc && (emc.forced ?? allPinned([emc]))];
  return {
    ...(cpu !== undefined && { cpu }),
    ...(gpu !== undefined && { gpu }),
    ...(memory !== undefined && { emc: memory }),
  };
}

/** Whether jetson_clocks (or somebody by hand) holds the clocks at their highest. */
export function clocksState(seen: ClocksSeen): ClocksState {
  const parts = pinnedParts(seen);
  const known = Object.values(parts);
  if (parts.cpu === undefined && parts.gpu === undefined) return 'unknown';
  if (known.every(Boolean)) return 'pinned';
  // A power mode may leave the CPU a single step; that alone, with cores free to sleep, is not jetson_clocks.
  const others = [parts.gpu, parts.emc].some((pinned) => pinned === true);
  if (!others && (parts.cpu !== true || seen.idleAllowed === true)) return 'dynamic';
  return 'partly_pinned';
}
