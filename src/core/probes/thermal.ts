import { freeName, isConstant, isPoweredOff, zoneName } from '../jetson/zone-name.js';
import { defineProbe, glob, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { foldersOf, lastName, wholeNumber } from './folders.js';

/** The kernel's thermal zones. */
export const zoneReads = {
  zoneTypes: glob('/sys/class/thermal/thermal_zone*/type'),
  zoneTemps: glob('/sys/class/thermal/thermal_zone*/temp'),
};

/** The temperatures at which the kernel acts, and what it acts with. */
export const coolingReads = {
  tripTemps: glob('/sys/class/thermal/thermal_zone*/trip_point_*_temp'),
  tripTypes: glob('/sys/class/thermal/thermal_zone*/trip_point_*_type'),
  coolingTypes: glob('/sys/class/thermal/cooling_device*/type'),
  coolingStates: glob('/sys/class/thermal/cooling_device*/cur_state'),
  coolingMaxima: glob('/sys/class/thermal/cooling_device*/max_state'),
};

export interface TripPoint {
  readonly celsius: number;
  /** What happens there: `active` is a fan, `passive` slower clocks, `hot` a warning, `critical` a shutdown. */
  readonly kind: 'active' | 'passive' | 'hot' | 'critical';
}

export interface ThermalZone {
  readonly name: string;
  /** Absent where the sensor is off. */
  readonly celsius?: number;
  readonly trips: readonly TripPoint[];
}

export interface CoolingDevice {
  readonly name: string;
  readonly state: number;
  readonly maxState?: number;
}

const tripKinds = ['active', 'passive', 'hot', 'critical'] as const;

function tripsOf(folder: ReadonlyMap<string, string>): TripPoint[] {
  return [...folder].flatMap(([file, text]) => {
    const [, number] = /^trip_point_(\d{1,3})_temp$/.exec(file) ?? [];
    const milli = wholeNumber(text);
    const kind = tripKinds.find((known) => known === folder.get(`trip_point_${number ?? ''}_type`));
    // A trip at or below 0 is one that nobody has set.
    return number !== undefined && milli !== undefined && milli > 0 && kind ? [{ celsius: milli / 1000, kind }] : [];
  });
}

/** The zones by name, without the PMIC constants. */
export function zonesOf(
  answers: Answers<typeof zoneReads> & Partial<Answers<typeof coolingReads>>,
): readonly ThermalZone[] {
  const { zoneTypes, zoneTemps, tripTemps, tripTypes } = answers;
  const zones = new Map<string, ThermalZone>();
  for (const [path, folder] of foldersOf(
    zoneTypes,
    zoneTemps,
    ...[tripTemps, tripTypes].filter((a) => a !== undefined),
  )) {
    const type = zoneName(folder.get('type') ?? '') ?? lastName(path);
    const milli = wholeNumber(folder.get('temp'));
    const celsius = milli === undefined ? undefined : milli / 1000;
    if (celsius !== undefined && isConstant(type, celsius)) continue;
    const name = freeName(type, zones);
    zones.set(name, {
      name,
      ...(celsius !== undefined && !isPoweredOff(celsius) && { celsius }),
      trips: tripsOf(folder),
    });
  }
  return [...zones.values()];
}

/** What can cool the board, and how hard it is at it. */
export function coolingOf({
  coolingTypes,
  coolingStates,
  coolingMaxima,
}: Answers<typeof coolingReads>): readonly CoolingDevice[] {
  return [...foldersOf(coolingTypes, coolingStates, coolingMaxima).values()].flatMap((folder) => {
    const name = cleanName(folder.get('type') ?? '', 40);
    const state = wholeNumber(folder.get('cur_state'));
    const maxState = wholeNumber(folder.get('max_state'));
    return name === '' || state === undefined ? [] : [{ name, state, ...(maxState !== undefined && { maxState }) }];
  });
}

/** The thermal zones alone. */
export const thermalZones = defineProbe({ name: 'thermal-zones', reads: zoneReads, parse: zonesOf });
