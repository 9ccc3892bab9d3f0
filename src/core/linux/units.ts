import type { Argv } from '../command.js';
import { cleanName } from '../untrusted.js';

export interface UnitRow {
  readonly unit: string;
  /** `loaded`, `not-found`, `masked`, ... */
  readonly load: string;
  /** `active`, `failed`, ... */
  readonly active: string;
  /** `running`, `exited`, `dead`, ... */
  readonly sub: string;
  readonly description: string;
}

export const listUnitsArgv: Argv = [
  'systemctl',
  'list-units',
  '--type=service',
  '--all',
  '--full',
  '--plain',
  '--no-legend',
  '--no-pager',
];
export const unitFilesArgv: Argv = [
  'systemctl',
  'list-unit-files',
  '--type=service',
  '--full',
  '--no-legend',
  '--no-pager',
];

/** Reads `listUnitsArgv`. Failed units may carry a bullet in front. */
export function parseUnits(text: string): { readonly units: readonly UnitRow[]; readonly unknown: readonly string[] } {
  const units: UnitRow[] = [];
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const match = /^\s*(?:[●○×↻*x] )?\s*(\S+\.service)\s+([a-z-]+)\s+([a-z-]+)\s+([a-z-]+)(?:\s+(.*))?$/.exec(line);
    if (match === null) unknown.push(line);
    else {
      const [, unit = '', load = '', active = '', sub = '', description = ''] = match;
      units.push({ unit: cleanName(unit, 256), load, active, sub, description: cleanName(description) });
    }
  }
  return { units, unknown };
}

/** `enabled`, `disabled`, `static`, `masked`, ... by unit, from `unitFilesArgv`. */
export function parseUnitFiles(text: string): {
  readonly states: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
} {
  const states = new Map<string, string>();
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const match = /^(\S+\.service)\s+([a-z-]+)(?:\s+[a-z-]+)?\s*$/.exec(line);
    if (match === null) unknown.push(line);
    else states.set(cleanName(match[1] ?? '', 256), match[2] ?? '');
  }
  return { states, unknown };
}
