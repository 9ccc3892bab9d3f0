/** One command of a script: its words without quotes, and the files its redirections write. */
export interface SimpleCommand {
  readonly words: readonly string[];
  readonly writes: readonly string[];
}

interface Open {
  words: string[];
  writes: string[];
  word: string | undefined;
  /** The next word is where a redirection writes. */
  redirects: boolean;
  quoted: boolean;
}

const fresh = (): Open => ({ words: [], writes: [], word: undefined, redirects: false, quoted: false });

/**
 * Takes a shell script apart, as far as telling what it may do needs: lists, pipelines, subshells and substitutions become
 * commands of their own. Text it misreads becomes a command too, never nothing.
 */
export function commandsOf(script: string): SimpleCommand[] {
  const found: SimpleCommand[] = [];
  const outer: Open[] = [];
  let now = fresh();
  const endWord = (): void => {
    if (now.word === undefined) return;
    (now.redirects ? now.writes : now.words).push(now.word);
    now.redirects = false;
    now.word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    if (now.words.length > 0 || now.writes.length > 0) found.push({ words: now.words, writes: now.writes });
    now = { ...fresh(), quoted: now.quoted };
  };
  const enter = (): void => {
    outer.push(now);
    now = fresh();
  };
  const leave = (): void => {
    endCommand();
    now = outer.pop() ?? fresh();
    // What was put in there is not known.
    now.word = `${now.word ?? ''}$`;
  };
  let inBackticks = false;
  for (let i = 0; i < script.length; i++) {
    const c = script[i] ?? '';
    const next = script[i + 1];
    if (c === '\\') {
      if (next !== '\n') now.word = `${now.word ?? ''}${next ?? ''}`;
      i++;
    } else if (c === '`') {
      if (inBackticks) leave();
      else enter();
      inBackticks = !inBackticks;
    } else if (c === '$' && next === '(') {
      enter();
      i++;
    } else if (c === '"') {
      now.quoted = !now.quoted;
      now.word ??= '';
    } else if (now.quoted) now.word = `${now.word ?? ''}${c}`;
    else if (c === "'") {
      const end = script.indexOf("'", i + 1);
      const close = end === -1 ? script.length : end;
      now.word = `${now.word ?? ''}${script.slice(i + 1, close)}`;
      i = close;
    } else if (c === '#' && now.word === undefined) {
      while (i + 1 < script.length && script[i + 1] !== '\n') i++;
    } else if (c === '>') {
      if (/^\d$/.test(now.word ?? '')) now.word = undefined;
      endWord();
      if (next === '>' || next === '|') i++;
      if (script[i + 1] === '&') i++;
      now.redirects = true;
    } else if (c === ')' && outer.length > 0 && !inBackticks) leave();
    else if (/[;|&\n(){}]/.test(c) && !(now.word !== undefined && /[{}]/.test(c))) endCommand();
    else if (/[\s<]/.test(c)) endWord();
    else now.word = `${now.word ?? ''}${c}`;
  }
  while (outer.length > 0) leave();
  endCommand();
  return found;
}
