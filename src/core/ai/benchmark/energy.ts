import { z } from 'zod';
import { totalPower, type TotalKind } from '../../jetson/total-power.js';
import { rounded } from './statistics.js';

/** The rails of a board at one moment. */
export interface PowerSample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly rails: Readonly<Record<string, { readonly milliwatts: number }>>;
}

/** A stretch of time, milliseconds since 1970. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a load cost in energy. */
export const energyData = z.object({
  seconds: z.number(),
  joules: z.number().describe('Of the whole board: its rails integrated over the load.'),
  watts: z.number(),
  idleWatts: z.number().optional().describe('Before the load, the model in memory.'),
  netJoules: z.number().optional().describe('Without what the board draws idle.'),
  tokensPerJoule: z.number().describe('Generated tokens, of all its power.'),
  netTokensPerJoule: z.number().optional(),
  powerIs: z.enum(['input', 'sum_of_rails']).describe('sum_of_rails: no input sensor; the true draw is higher.'),
  railJoules: z.record(z.string(), z.number()).optional(),
});
export type EnergyData = z.output<typeof energyData>;

/** A power over time: sorted points. */
type Curve = readonly (readonly [atMs: number, milliwatts: number])[];

/** The power between two samples is taken from the straight line through them; outside of all, from the nearest. */
function powerAt(curve: Curve, atMs: number): number {
  const next = curve.findIndex(([ms]) => ms >= atMs);
  const [after, before] = [curve[next], curve[next < 0 ? curve.length - 1 : next - 1]];
  if (after === undefined || before === undefined) return (after ?? before)?.[1] ?? 0;
  const share = after[0] === before[0] ? 1 : (atMs - before[0]) / (after[0] - before[0]);
  return before[1] + (after[1] - before[1]) * share;
}

/** Joules of a curve within a window, by trapezoids. */
function integral(curve: Curve, { fromMs, toMs }: Window): number {
  const inside = curve.filter(([ms]) => ms > fromMs && ms < toMs);
  const points: Curve = [[fromMs, powerAt(curve, fromMs)], ...inside, [toMs, powerAt(curve, toMs)]];
  return points.slice(1).reduce((sum, [ms, milliwatts], i) => {
    const [beforeMs, before] = points[i] ?? [ms, milliwatts];
    return sum + ((ms - beforeMs) / 1000) * ((milliwatts + before) / 2000);
  }, 0);
}

/** The total power over time; undefined where the board tells none. The kind is that of the first sample. */
function totalCurve(
  samples: readonly PowerSample[],
): { readonly curve: Curve; readonly totalIs: TotalKind } | undefined {
  const totals = samples.flatMap(({ atMs, rails }) => {
    const total = totalPower(rails);
    return total === undefined ? [] : [{ atMs, ...total }];
  });
  const [first] = totals;
  if (first === undefined) return undefined;
  return { curve: totals.map(({ atMs, totalMilliwatts }) => [atMs, totalMilliwatts] as const), totalIs: first.totalIs };
}

/** Mean watts of the samples within a window; undefined where there are none. */
export function meanWatts(samples: readonly PowerSample[], { fromMs, toMs }: Window): number | undefined {
  const total = totalCurve(samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  if (total === undefined) return undefined;
  return total.curve.reduce((sum, [, milliwatts]) => sum + milliwatts, 0) / total.curve.length / 1000;
}

/** The longest stretch without a sample that is still bridged. */
const longestGapMs = 5000;

/** Whether samples cover all of a window, without a gap in which nobody knows what the board drew. */
export function covers(samples: readonly PowerSample[], { fromMs, toMs }: Window): boolean {
  const moments = samples.map(({ atMs }) => atMs);
  const inside = moments.filter((ms) => ms > fromMs && ms < toMs);
  const before = moments.findLast((ms) => ms <= fromMs) ?? fromMs;
  const after = moments.find((ms) => ms >= toMs) ?? toMs;
  const points = [before, ...inside, after];
  return inside.length > 0 && points.slice(1).every((ms, i) => ms - (points[i] ?? ms) <= longestGapMs);
}

/** The energy of a load in some windows, that made so many tokens; undefined where the samples do not tell it. */
export function energyOf(
  samples: readonly PowerSample[],
  windows: readonly Window[],
  tokens: number,
  idleWatts: number | undefined,
): EnergyData | undefined {
  const total = totalCurve(samples);
  const seconds = windows.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 1000, 0);
  if (total === undefined || seconds <= 0 || !windows.every((window) => covers(samples, window))) return undefined;
  const over = (curve: Curve): number => windows.reduce((sum, window) => sum + integral(curve, window), 0);
  const joules = over(total.curve);
  if (joules <= 0) return undefined;
  const names = [...new Set(samples.flatMap(({ rails }) => Object.keys(rails)))];
  const railJoules = names.map((name): [string, number] => {
    const curve = samples.flatMap(({ atMs, rails }) => (rails[name] ? [[atMs, rails[name].milliwatts] as const] : []));
    return [name, rounded(over(curve))];
  });
  const net = idleWatts === undefined ? undefined : joules - idleWatts * seconds;
  return {
    seconds: rounded(seconds),
    joules: rounded(joules),
    watts: rounded(joules / seconds),
    ...(idleWatts !== undefined && { idleWatts: rounded(idleWatts) }),
    ...(net !== undefined && { netJoules: rounded(net) }),
    tokensPerJoule: rounded(tokens / joules),
    // A load that costs no more than idling has no net energy to divide by.
    ...(net !== undefined && net > joules * 0.01 && { netTokensPerJoule: rounded(tokens / net) }),
    powerIs: total.totalIs,
    ...(names.length > 1 && { railJoules: Object.fromEntries(railJoules) }),
  };
}
