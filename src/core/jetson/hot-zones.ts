import { z } from 'zod';

/** Temperatures from which a zone is called hot, as the user set them. Absent: the board's own limits count alone. */
export interface TemperatureLimits {
  readonly warningCelsius?: number | undefined;
  readonly criticalCelsius?: number | undefined;
}

export const hotZoneData = z.object({ zone: z.string(), celsius: z.number(), over: z.enum(['warning', 'critical']) });
export type HotZone = z.output<typeof hotZoneData>;

/** The zones at or over the user's limits, hottest first. */
export function hotZones(
  temperatures: Readonly<Record<string, number>>,
  { warningCelsius = Infinity, criticalCelsius = Infinity }: TemperatureLimits,
): HotZone[] {
  return Object.entries(temperatures)
    .filter(([, celsius]) => celsius >= Math.min(warningCelsius, criticalCelsius))
    .map(([zone, celsius]) => ({
      zone,
      celsius,
      over: celsius >= criticalCelsius ? ('critical' as const) : ('warning' as const),
    }))
    .sort((a, b) => b.celsius - a.celsius);
}
