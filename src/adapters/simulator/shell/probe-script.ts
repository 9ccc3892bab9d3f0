import type { Statement } from './statement.js';

/** What a rendered probe asks for: the inverse of core's `renderReads`. */
export interface ProbeScript {
  readonly mark: string | undefined;
  /** Every path and pattern whose state is asked. */
  readonly paths: readonly string[];
  /** Those of them whose content is read. */
  readonly content: readonly string[];
  readonly runs: readonly {
    readonly key: string;
    readonly argv: readonly string[];
    readonly stderr: 'merge' | 'drop';
  }[];
}

/** The words of the one `grep` that reads every file of a probe. */
export const grepWords = ['grep', '-asHZ', '-d', 'skip', '-D', 'skip', '', '--'] as const;

/** The patterns of that grep; `undefined` for any other command. */
export function contentPatterns(words: readonly string[]): readonly string[] | undefined {
  return grepWords.every((word, index) => words[index] === word) ? words.slice(grepWords.length) : undefined;
}

/** Takes a probe's script apart; `undefined` for anything that `renderReads` does not write. */
export function probeOf(statements: readonly Statement[]): ProbeScript | undefined {
  let mark: string | undefined;
  let paths: readonly string[] = [];
  let content: readonly string[] = [];
  const runs: ProbeScript['runs'][number][] = [];
  let key: string | undefined;
  for (const statement of statements) {
    if (statement.kind === 'unsupported' || statement.kind === 'preamble') return undefined;
    if (statement.kind === 'states') {
      paths = statement.patterns;
      continue;
    }
    const words = statement.words.map((word) => word.text);
    const patterns = contentPatterns(words);
    if (key !== undefined) {
      runs.push({ key, argv: words, stderr: statement.streams.stderr === 'merge' ? 'merge' : 'drop' });
      key = undefined;
    } else if (patterns !== undefined) {
      content = patterns;
    } else if (words[0] === 'printf' && words[2] !== undefined) {
      mark ??= words[2];
      if (mark !== words[2]) return undefined;
      if (words[1] === '\\n%s a %s\\n') key = words[3];
    } else {
      return undefined;
    }
  }
  return { mark, paths, content, runs };
}
