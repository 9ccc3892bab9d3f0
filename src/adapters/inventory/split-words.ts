import { Failure } from '../../core/errors.js';

const space = /\s/;

/**
 * Cuts a command line into words: spaces separate, single and double quotes keep together, a backslash keeps the next
 * character inside double quotes where that is `"` or `\`. Nothing is expanded, and no shell sees it. Throws
 * `invalid_input` for a quote that is not closed.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const at = line.charAt(i);
    if (quote !== '') {
      const next = line.charAt(i + 1);
      if (at === quote) quote = '';
      else if (quote === '"' && at === '\\' && (next === '"' || next === '\\')) word = (word ?? '') + line.charAt(++i);
      else word = (word ?? '') + at;
    } else if (at === '"' || at === "'") {
      quote = at;
      word ??= '';
    } else if (space.test(at)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + at;
    }
  }
  if (quote !== '') throw new Failure('invalid_input', 'A quote is not closed.', { hint: 'Close the quote.' });
  return word === undefined ? words : [...words, word];
}
