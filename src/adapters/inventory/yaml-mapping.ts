import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import * as at from './yaml-text.js';
import { written, type FleetValue, type Manner } from './yaml-value.js';

/** New values by key; undefined takes the key away. */
export type Changes = ReadonlyMap<string, FleetValue | undefined>;

/** How a mapping is written: as JSON where its keys are quoted as there. */
export function mannerOf(map: YAMLMap): Manner {
  const key = map.items[0]?.key;
  return map.flow === true && isScalar(key) && key.type === 'QUOTE_DOUBLE' ? 'json' : 'yaml';
}

/** The replacements that change some keys of a mapping and nothing else of the text. */
export function changedMapping(text: string, map: YAMLMap, changes: Changes): at.Splice[] {
  const manner = mannerOf(map);
  const gone = new Set<Pair>();
  const splices: at.Splice[] = [];
  const fresh: [string, FleetValue][] = [];
  for (const [key, value] of changes) {
    const pair = at.pairOf(map, key);
    if (pair === undefined) {
      if (value !== undefined) fresh.push([key, value]);
    } else if (value === undefined) {
      gone.add(pair);
    } else if (at.isBlock(pair.value)) {
      gone.add(pair);
      fresh.push([key, value]);
    } else {
      splices.push(replaced(text, pair, written(value, manner)));
    }
  }
  const last = map.items.filter((pair) => !gone.has(pair)).at(-1);
  const lines = fresh.map(([key, value]) => `${written(key, manner)}: ${written(value, manner)}`);
  if (map.flow === true) {
    if (lines.length > 0) splices.push(flowInsertion(text, map, last, lines));
    return [...splices, ...at.withoutMembers(text, map, gone)];
  }
  const break_ = at.newlineOf(text) + ' '.repeat(at.columnOf(text, at.startOf(text, map.items[0]?.key)));
  if (lines.length > 0) {
    const end = last === undefined ? text.length : at.lineEnd(text, at.endOf(last));
    splices.push(at.inserted(end, lines.map((line) => break_ + line).join('')));
  }
  return [...splices, ...map.items.flatMap((pair, index) => (gone.has(pair) ? withoutLines(text, map, index) : []))];
}

function replaced(text: string, pair: Pair, value: string): at.Splice {
  if (at.isEmpty(pair.value)) return at.inserted(at.behindColon(text, pair), ` ${value}`);
  const [from = 0, to = 0] = (pair.value as { range?: readonly number[] }).range ?? [];
  return { from, to, text: value };
}

/** Behind the last member; on lines of their own where the members have such. */
function flowInsertion(text: string, map: YAMLMap, last: Pair | undefined, lines: readonly string[]): at.Splice {
  if (last === undefined) return at.inserted((map.range?.[0] ?? 0) + 1, ` ${lines.join(', ')} `);
  const start = at.startOf(text, last.key);
  const before = text.slice(at.lineStart(text, start), start);
  const separator = before.trim() === '' ? `,${at.newlineOf(text)}${before}` : ', ';
  return at.inserted(at.endOf(last), lines.map((line) => separator + line).join(''));
}

/** The lines of one key of a block mapping, with the comments on them. */
function withoutLines(text: string, map: YAMLMap, index: number): at.Splice[] {
  const pair = map.items[index];
  const next = map.items[index + 1];
  if (pair === undefined) return [];
  const start = at.startOf(text, pair.key);
  const from = at.lineStart(text, start);
  const end = at.lineEnd(text, at.endOf(pair));
  // The first key of a device stands behind the dash: what follows takes its place.
  if (text.slice(from, start).trim() !== '')
    return next === undefined ? [] : [at.deleted(start, at.startOf(text, next.key))];
  return [lineDeletion(text, from, end)];
}

/** Whole lines; of the last one, where it has no line break of its own, the break before it. */
export function lineDeletion(text: string, from: number, end: number): at.Splice {
  const behind = text.indexOf('\n', end) + 1;
  return behind > 0 ? at.deleted(from, behind) : at.deleted(at.lineEnd(text, from), text.length);
}

/** A mapping with members that is written here, rather than an alias of one. */
export function isOwnMapping(value: unknown): value is YAMLMap {
  return isMap(value) && value.items.length > 0;
}
