import { isMap, isSeq, type Document, type YAMLSeq } from 'yaml';
import { lineDeletion, mannerOf } from './yaml-mapping.js';
import * as at from './yaml-text.js';
import { written, type FleetValue } from './yaml-value.js';

/** The keys of a new device, in the order in which they are to stand. */
export type NewDevice = readonly (readonly [string, FleetValue])[];

/** The replacements that put more devices at the end of the list. */
export function addedDevices(text: string, document: Document.Parsed, devices: readonly NewDevice[]): at.Splice[] {
  const top = document.contents;
  const newline = at.newlineOf(text);
  if (!isMap(top) || top.items.length === 0) {
    const head = isMap(top) ? at.deleted(top.range[0], top.range[1]) : undefined;
    const start = text === '' || text === '\uFEFF' || text.endsWith('\n') ? '' : newline;
    const lines = ['devices:', ...allLines(devices, 2)].map((line) => line + newline).join('');
    return [...(head === undefined ? [] : [head]), at.inserted(text.length, start + lines)];
  }
  const pair = at.pairOf(top, 'devices');
  if (pair !== undefined && isSeq(pair.value) && pair.value.items.length > 0)
    return appended(text, pair.value, devices);
  if (top.flow === true) return changedFlowTop(text, top, devices);
  if (pair === undefined) {
    const end = at.lineEnd(text, at.endOf(top));
    return [at.inserted(end, ['devices:', ...allLines(devices, 2)].map((line) => newline + line).join(''))];
  }
  // `devices:` or `devices: []`: the first device makes it a list in block style.
  const colon = at.behindColon(text, pair);
  const end = isSeq(pair.value)
    ? (pair.value.range?.[1] ?? colon)
    : at.isEmpty(pair.value)
      ? colon
      : at.endOf(pair.value);
  const lines = allLines(devices, 2).map((line) => newline + line);
  return [at.deleted(colon, end), at.inserted(at.lineEnd(text, end), lines.join(''))];
}

function changedFlowTop(text: string, top: Parameters<typeof mannerOf>[0], devices: readonly NewDevice[]): at.Splice[] {
  const manner = mannerOf(top);
  const list = `[${devices.map((device) => flowLine(device, manner)).join(', ')}]`;
  const pair = at.pairOf(top, 'devices');
  if (pair !== undefined) {
    const [from = 0, to = 0] = (pair.value as { range?: readonly number[] } | null)?.range ?? [];
    return [{ from, to, text: at.isEmpty(pair.value) ? ` ${list}` : list }];
  }
  return [at.inserted(at.endOf(top.items.at(-1)), `, ${written('devices', manner)}: ${list}`)];
}

function flowLine(device: NewDevice, manner: ReturnType<typeof mannerOf>): string {
  return `{ ${device.map(([key, value]) => `${written(key, manner)}: ${written(value, manner)}`).join(', ')} }`;
}

function allLines(devices: readonly NewDevice[], column: number): string[] {
  return devices.flatMap((device) => blockLines(device, column));
}

function blockLines(device: NewDevice, column: number): string[] {
  const indent = ' '.repeat(column);
  return device.map(([key, value], index) => `${indent}${index === 0 ? '-' : ' '} ${key}: ${written(value, 'yaml')}`);
}

function appended(text: string, list: YAMLSeq, devices: readonly NewDevice[]): at.Splice[] {
  const last = list.items.at(-1);
  const inline = isMap(last) && last.flow === true;
  const newline = at.newlineOf(text);
  if (list.flow === true) {
    const start = at.startOf(text, last);
    const before = text.slice(at.lineStart(text, start), start);
    const separator = before.trim() === '' ? `,${newline}${before}` : ', ';
    return [
      at.inserted(
        at.endOf(last),
        devices.map((device) => separator + flowLine(device, inline ? mannerOf(last) : 'yaml')).join(''),
      ),
    ];
  }
  const column = at.columnOf(text, list.range?.[0] ?? 0);
  const linesOf = (device: NewDevice): string[] =>
    inline ? [`${' '.repeat(column)}- ${flowLine(device, 'yaml')}`] : blockLines(device, column);
  const gap =
    list.items.length > 1 && hasGapBefore(text, belowComments(text, dashOf(text, list, list.items.length - 1)))
      ? newline
      : '';
  const added = devices.map(
    (device) =>
      gap +
      linesOf(device)
        .map((line) => newline + line)
        .join(''),
  );
  return [at.inserted(itemEnd(text, list, last), added.join(''))];
}

/** The replacements that take one device out of the list, with its lines and the comments on them. */
export function removedDevice(text: string, list: YAMLSeq, index: number): at.Splice[] {
  const item = list.items[index];
  if (list.flow === true) return at.withoutMembers(text, list, new Set([item]));
  const dash = dashOf(text, list, index);
  const from = at.lineStart(text, dash);
  const end = itemEnd(text, list, item);
  const rest = text.slice(at.lineEnd(text, end));
  // Of the blank lines before and behind it one is enough.
  const alone = hasGapBefore(text, dash) && /^\r?\n?(?:[ \t]*\r?\n|$)/.test(rest);
  return [lineDeletion(text, alone ? at.lineStart(text, from - 1) : from, end)];
}

/** Comments that stand deeper than the dashes belong to the device above them, such as keys that are commented out. */
function itemEnd(text: string, list: YAMLSeq, item: unknown): number {
  const column = at.columnOf(text, list.range?.[0] ?? 0);
  let end = at.lineEnd(text, at.endOf(item));
  for (;;) {
    const comment = /^\r?\n([ \t]+)#[^\r\n]*/.exec(text.slice(end, end + 1000));
    if (comment === null || (comment[1]?.length ?? 0) <= column) return end;
    end = at.lineEnd(text, end + comment[0].length);
  }
}

/** Where the dash of an item is: in the column of the list's first dash, on the item's line or above it. */
function dashOf(text: string, list: YAMLSeq, index: number): number {
  const first = list.range?.[0] ?? 0;
  if (index === 0) return first;
  const column = first - at.lineStart(text, first);
  let line = at.lineStart(text, at.startOf(text, list.items[index]));
  while (line > first && !/^\s*-(?:\s|$)/.test(text.slice(line, line + column + 2)))
    line = at.lineStart(text, line - 1);
  return line + column;
}

function hasGapBefore(text: string, dash: number): boolean {
  const line = at.lineStart(text, dash);
  return line > 0 && text.slice(at.lineStart(text, line - 1), line).trim() === '';
}

/** The first of the comment lines right above a line, or that line itself. */
function belowComments(text: string, from: number): number {
  let line = at.lineStart(text, from);
  while (
    line > 0 &&
    text
      .slice(at.lineStart(text, line - 1), line)
      .trim()
      .startsWith('#')
  ) {
    line = at.lineStart(text, line - 1);
  }
  return line;
}
