import { isCollection, isMap, isPair, isScalar, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

/** One replacement in a text. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export const inserted = (at: number, text: string): Splice => ({ from: at, to: at, text });
export const deleted = (from: number, to: number): Splice => ({ from, to, text: '' });

/** The text with all replacements done, or undefined where two of them meet: then somebody else must sort it out. */
export function spliced(text: string, splices: readonly Splice[]): string | undefined {
  const inOrder = splices
    .map((splice, index) => ({ ...splice, index }))
    .sort((a, b) => a.from - b.from || a.index - b.index);
  let result = '';
  let at = 0;
  for (const { from, to, text: replacement } of inOrder) {
    if (from < at) return undefined;
    result += text.slice(at, from) + replacement;
    at = to;
  }
  return result + text.slice(at);
}

/** How this text ends its lines. */
export function newlineOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line ends that holds the character before `at`, before its line break. */
export function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', text[at - 1] === '\n' ? at - 1 : at);
  const end = found < 0 ? text.length : found;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** How far a place is from the start of its line; a byte order mark takes no room. */
export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at) - (text.startsWith('\uFEFF') && lineStart(text, at) === 0 ? 1 : 0);
}

const properties = /(?:[&!]\S*\s+)+$/;
const longestProperties = 300;

/** Where a node starts, with its anchor and tag. */
export function startOf(text: string, node: unknown): number {
  const at = (node as Node).range?.[0] ?? 0;
  const before = text.slice(Math.max(0, at - longestProperties), at);
  return at - (properties.exec(before)?.[0].length ?? 0);
}

/** Where the last character of a node is, without the comments and blank lines behind it. */
export function endOf(node: unknown): number {
  if (isPair(node)) return isEmpty(node.value) ? endOf(node.key) : endOf(node.value);
  if (isCollection(node) && node.flow !== true) return endOf(node.items.at(-1));
  return (node as Node | null | undefined)?.range?.[1] ?? 0;
}

/** A value that is not written at all, `labels:`. */
export function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null && value.source === '');
}

/** A mapping or list on lines of its own, without brackets. */
export function isBlock(node: unknown): boolean {
  return isCollection(node) && node.flow !== true;
}

export function pairOf(map: unknown, key: string): Pair | undefined {
  return isMap(map) ? map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key) : undefined;
}

/** Behind the colon of a key. */
export function behindColon(text: string, pair: Pair): number {
  return text.indexOf(':', endOf(pair.key)) + 1;
}

/** A comma, with white space and comments before it. */
const commaAhead = /(?:\s|#[^\n]*)*,/y;

/** Takes members out of a flow collection, each with the comma that then is one too many; comments stay. */
export function withoutMembers(text: string, flow: YAMLMap | YAMLSeq, gone: ReadonlySet<unknown>): Splice[] {
  const items: readonly unknown[] = flow.items;
  const first = items.findIndex((item) => !gone.has(item));
  return items.flatMap((item, index) => {
    if (!gone.has(item)) return [];
    const [start, end] = [memberStart(text, item), memberEnd(item)];
    if (index < first) return [deleted(start, memberStart(text, items[index + 1]))];
    if (index === 0) return [deleted(start, end)];
    const before = memberEnd(items[index - 1]);
    if (!text.slice(before, start).includes('#')) return [deleted(before, end)];
    commaAhead.lastIndex = before;
    const comma = commaAhead.test(text) ? commaAhead.lastIndex : before;
    return [deleted(comma - 1, comma), deleted(start, end)];
  });
}

function memberStart(text: string, item: unknown): number {
  return startOf(text, isPair(item) ? item.key : item);
}

/** Of an empty value too, which is nowhere but behind its colon. */
function memberEnd(item: unknown): number {
  const value = isPair(item) ? (item.value as Node | null) : null;
  return Math.max(endOf(item), value?.range?.[1] ?? 0);
}
