import { Failure } from '../errors.js';

/** The words of a command on one line, as Compose splits it: quotes and backslashes, and nothing else of a shell. */
export function commandWords(line: string, field: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? '';
    const next = line[i + 1];
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && next !== undefined && '"\\$`'.includes(next))
        word = (word ?? '') + (line[++i] ?? '');
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\' && next !== undefined) word = (word ?? '') + (line[++i] ?? '');
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== '') throw new Failure('invalid_input', `${field}: a quote is not closed.`, { retry: 'yes' });
  return word === undefined ? words : [...words, word];
}

const durations: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of `1m30s`; at least one, as the engine counts whole ones here. Undefined for what is no duration. */
export function secondsOf(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  const seconds = parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (durations[unit] ?? 1), 0);
  return seconds === 0 ? 0 : Math.max(1, Math.round(seconds));
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** MiB of `512m` or `2gb`, or of bytes; undefined for what is no size. */
export function megabytesOf(size: string | number): number | undefined {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(String(size)) ?? [];
  return count === undefined ? undefined : Math.ceil((Number(count) * (units[unit.toLowerCase()] ?? 1)) / 2 ** 20);
}

/** Names and values, from a map or from a list of `NAME=value`. Throws `invalid_input` with the field's name. */
export function pairsOf(
  pairs: Readonly<Record<string, string>> | readonly string[],
  field: string,
): Record<string, string> {
  if (!Array.isArray(pairs)) return { ...(pairs as Readonly<Record<string, string>>) };
  const list = pairs as readonly string[];
  return Object.fromEntries(
    list.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new Failure(
          'invalid_input',
          `${field}: write NAME=value; a name alone would be taken from an environment that is not here.`,
          { retry: 'yes' },
        );
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
