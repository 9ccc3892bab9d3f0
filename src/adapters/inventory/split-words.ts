const space = /\s/;

/**
 * Cuts a command line into words: spaces separate, single and double quotes keep together, a backslash keeps the next
 * character inside double quotes where that is `"` or `\`. Nothing is expanded, and no shell sees it.
 * Undefined where a quote is not closed.
 */
export function splitWords(line: string): string[] | undefined {
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
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}
