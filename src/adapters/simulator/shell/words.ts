/** One word of a command line: what the shell would pass on, and how it was written. */
export interface Word {
  readonly text: string;
  readonly raw: string;
}

export type Token =
  { readonly kind: 'word'; readonly word: Word } | { readonly kind: 'operator'; readonly text: string };

/** The tokens up to the end of one command line, and where the next one starts. */
export interface CommandLine {
  readonly tokens: readonly Token[];
  readonly next: number;
}

// Together these match every character, so that reading a line always gets on.
const bare = /[^ \t\n'"\\;&|<>()]+/y;
const operator = /\n|&&|\|\||[0-9]?>&[0-9]|[0-9]?>>|[0-9]?>|[0-9]?<|;|&|\||\(|\)/y;
const blank = /(?:[ \t]|\\\n)+/y;
const single = /'([^']*)'/y;
const double = /"([^"\\]*(?:\\[^][^"\\]*)*)"/y;

function take(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

/** Reads one word. `undefined` where a quote is still open. */
function readWord(source: string, from: number): { word: Word; next: number } | undefined {
  let text = '';
  let at = from;
  for (;;) {
    const first = source[at];
    if (first === "'" || first === '"') {
      const match = take(first === "'" ? single : double, source, at);
      if (match === undefined) return undefined;
      const inner = match[1] ?? '';
      text += first === "'" ? inner : inner.replace(/\\([$`"\\])/g, '$1');
      at += match[0].length;
    } else if (first === '\\') {
      if (at + 1 >= source.length) return undefined;
      // A backslash before a newline joins two lines.
      if (source[at + 1] !== '\n') text += source[at + 1] ?? '';
      at += 2;
    } else {
      const match = take(bare, source, at);
      if (match === undefined) return { word: { text, raw: source.slice(from, at) }, next: at };
      text += match[0];
      at += match[0].length;
    }
  }
}

/**
 * Reads the command line that starts at `from`, to its newline or to the end of the text when `ended`. `undefined` where
 * the line is not complete yet: a quote is open, or its newline has not come.
 */
export function readCommandLine(source: string, from: number, ended: boolean): CommandLine | undefined {
  const tokens: Token[] = [];
  let at = from;
  for (;;) {
    at += take(blank, source, at)?.[0].length ?? 0;
    if (at >= source.length) return ended ? { tokens, next: at } : undefined;
    const op = take(operator, source, at);
    if (op !== undefined) {
      at += op[0].length;
      if (op[0] === '\n') return { tokens, next: at };
      tokens.push({ kind: 'operator', text: op[0] });
      continue;
    }
    const read = readWord(source, at);
    if (read === undefined) return undefined;
    tokens.push({ kind: 'word', word: read.word });
    at = read.next;
  }
}
