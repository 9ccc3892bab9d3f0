import { canonicalJson } from '../canonical-json.js';
import { omit, pick, type Path } from './paths.js';
import { spreadOver, type Spread } from './spread.js';

export interface DeviceResult {
  readonly device: string;
  readonly data: unknown;
}

/** Devices that gave the same answer, and that answer. */
export interface Group {
  readonly devices: readonly string[];
  readonly data: unknown;
}

export interface Consensus {
  /** Largest first. */
  readonly groups: readonly Group[];
  readonly spread: Readonly<Record<string, Spread>>;
  /** Groups hold only what `same` and `spread` leave of their devices' data. */
  readonly partial: boolean;
}

export interface Sameness {
  readonly same?: readonly Path[] | undefined;
  readonly spread?: readonly Path[] | undefined;
}

/** So few answers are worth more whole than as a spread. */
export const fewDevices = 4;

/**
 * Says equal answers once. Of many devices a group holds what `same` names (else all but the spread numbers), and the
 * numbers become one spread; of few, or with `full`, a group holds all of its devices' data.
 */
export function consensusOf(results: readonly DeviceResult[], { same, spread }: Sameness, full: boolean): Consensus {
  const whole = full || results.length <= fewDevices;
  const shown = (data: unknown): unknown => {
    if (whole) return data;
    return same === undefined ? omit(data, spread ?? []) : pick(data, same);
  };
  const groups = new Map<string, { devices: string[]; data: unknown }>();
  for (const { device, data } of results) {
    const part = shown(data);
    const key = full ? device : canonicalJson(part);
    const group = groups.get(key);
    if (group) group.devices.push(device);
    else groups.set(key, { devices: [device], data: part });
  }
  return {
    groups: [...groups.values()].sort((a, b) => b.devices.length - a.devices.length),
    spread: whole && !full ? {} : results.length > 1 ? spreadOver(results, spread ?? []) : {},
    partial: !whole && (same !== undefined || spread !== undefined),
  };
}
