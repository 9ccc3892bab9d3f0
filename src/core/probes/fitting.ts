import type { NotRead } from './not-read.js';

/**
 * JSON of the data of one answer, at most: with the text that says the same, and the envelope, it stays under 4,000
 * tokens at 4 characters each.
 */
export const dataChars = 7_000;

/** What a value takes as JSON; nothing where it is absent. */
export function jsonChars(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

/** As many rows as fit into so many characters of JSON, from the first on; one at least. */
export function firstThatFit<T>(rows: readonly T[], chars: number): T[] {
  let left = chars;
  const end = rows.findIndex((row, index) => {
    left -= jsonChars(row) + 1;
    return left < 0 && index > 0;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}

/** The same from the last on, in their order. */
export function lastThatFit<T>(rows: readonly T[], chars: number): T[] {
  return firstThatFit([...rows].reverse(), chars).reverse();
}

/** The entries of a record that fit, in their order. */
export function entriesThatFit<T>(record: Readonly<Record<string, T>>, chars: number): Record<string, T> {
  return Object.fromEntries(firstThatFit(Object.entries(record), chars));
}

/** Says how many of something were left out for the size of the answer; nothing where all are in it. */
export function leftOut(what: string, all: number, shown: number, instead: string): NotRead {
  return all === shown ? [] : [{ what: `${all - shown} ${what}`, why: `too many for one answer; ${instead}` }];
}
