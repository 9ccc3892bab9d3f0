/** What can hold a board back, most serious first. */
export const throttleKinds = [
  'supply_alarm',
  'undervoltage',
  'thermal_throttling',
  'overcurrent',
  'overcurrent_spikes',
  'capped_below_mode',
  'below_limit_under_load',
  'mode_not_applied',
  'power_mode',
  'thermal_limit_near',
  'hot_surface',
] as const;
export type ThrottleKind = (typeof throttleKinds)[number];

/** One thing that holds a board back, or may soon. */
export interface ThrottleReason {
  readonly kind: ThrottleKind;
  /** It does so now; otherwise it did before, or is close to it. */
  readonly active: boolean;
  /** What was seen and what follows from it, in our words. */
  readonly says: string;
  /** The numbers behind it, units in their names. */
  readonly evidence: Readonly<Record<string, number | string>>;
}

export const verdicts = [
  'supply',
  'thermal',
  'overcurrent',
  'clocks',
  'power_mode',
  'not_throttled',
  'unknown',
] as const;
/** What is to blame. `clocks`: slower than the mode allows, for a reason that no sensor tells. */
export type Verdict = (typeof verdicts)[number];

const blame: Record<ThrottleKind, Verdict | undefined> = {
  supply_alarm: 'supply',
  undervoltage: 'supply',
  thermal_throttling: 'thermal',
  overcurrent: 'overcurrent',
  overcurrent_spikes: 'overcurrent',
  capped_below_mode: 'clocks',
  below_limit_under_load: 'clocks',
  mode_not_applied: 'clocks',
  power_mode: 'power_mode',
  thermal_limit_near: undefined,
  hot_surface: undefined,
};

/** The reasons most serious first, and what the first active one blames. `sawEnough`: clocks and temperatures were read. */
export function judge(
  reasons: readonly ThrottleReason[],
  sawEnough: boolean,
): { verdict: Verdict; reasons: ThrottleReason[] } {
  const rank = ({ kind, active }: ThrottleReason): number =>
    throttleKinds.indexOf(kind) + (active ? 0 : throttleKinds.length);
  const ordered = [...reasons].sort((a, b) => rank(a) - rank(b));
  const first = ordered.find(({ kind, active }) => active && blame[kind] !== undefined);
  return { verdict: (first && blame[first.kind]) ?? (sawEnough ? 'not_throttled' : 'unknown'), reasons: ordered };
}
