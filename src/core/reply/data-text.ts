const bareWord = /^[\w.:/@%+*°-]+$/;
const inlineUpTo = 110;

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function scalar(value: unknown): string {
  if (typeof value === 'string') return bareWord.test(value) ? value : JSON.stringify(value);
  return value === null || value === undefined
    ? '-'
    : typeof value === 'number'
      ? String(Number(value.toPrecision(12)))
      : JSON.stringify(value);
}

/** A field as it is, in quotes where a device gave it a name of several words. */
export function fieldName(key: string): string {
  return bareWord.test(key) ? key : JSON.stringify(key);
}

/** `{a: 1, b: {c: 2}}` as `a 1, b {c 2}`; one line. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) return scalar(value);
  const inner = Object.entries(value).map(([key, item]) => `${fieldName(key)} ${inline(item)}`);
  return `{${inner.join(', ')}}`;
}

/** Rows of the same shape as a table: each key once, then a line per row. */
function table(rows: readonly Record<string, unknown>[], indent: string): string[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [
    keys.map(fieldName),
    ...rows.map((row) => keys.map((key) => (row[key] === undefined ? '' : inline(row[key])))),
  ].map((cells) => `${indent}${cells.join(' | ')}`);
}

function block(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return items.length > 1 && items.every(isObject)
      ? table(items, indent)
      : items.map((item) => `${indent}- ${inline(item)}`);
  }
  if (!isObject(value)) return [`${indent}${scalar(value)}`];
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return [];
    const short = inline(item);
    if (short.length + key.length <= inlineUpTo || typeof item !== 'object')
      return [`${indent}${fieldName(key)}: ${short}`];
    return [`${indent}${fieldName(key)}:`, ...block(item, `${indent}  `)];
  });
}

/** Typed data in few words, for a reader: a line per field, tables for rows, strings quoted unless they are one word. */
export function dataText(data: unknown): string {
  return block(data, '  ').join('\n');
}
