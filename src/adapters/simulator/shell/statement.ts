import { readCommandLine, type Token, type Word } from './words.js';

/** Where a program's streams go. */
export interface Streams {
  readonly stdin: 'session' | 'null';
  readonly stdout: 'keep' | 'null';
  readonly stderr: 'keep' | 'null' | 'merge';
}

export const openStreams: Streams = { stdin: 'session', stdout: 'keep', stderr: 'keep' };

/** One step of a script, of the few kinds that jetfleet writes. */
export type Statement =
  | { readonly kind: 'preamble' }
  | { readonly kind: 'states'; readonly patterns: readonly string[] }
  /** `and`: only where the one before went well. */
  | { readonly kind: 'run'; readonly words: readonly Word[]; readonly streams: Streams; readonly and?: true }
  | { readonly kind: 'unsupported'; readonly text: string };

const statesLoop =
  /s=; for f in ([^;'"\\`$&|<>()\n]*); do if \[ -r "\$f" \]; then s="\$s r\$f"; elif \[ -e "\$f" \]; then s="\$s d\$f"; fi; done[ \t]*(?:\n|$)/y;

/** How a session shell begins: errors dropped, the environment set, and the session's id found for `$sid`. */
const preamble = /exec 2>\/dev\/null; [^\n]*\bsid=\$4[ \t]*(?:\n|$)/y;

/** The statements of the line at the start of a text, and where the next line begins. */
export interface ReadLine {
  readonly statements: readonly Statement[];
  readonly next: number;
}

function redirected(streams: Streams, operator: string, target: string | undefined): Streams | undefined {
  if (operator === '2>&1') return { ...streams, stderr: streams.stdout === 'null' ? 'null' : 'merge' };
  if (target !== '/dev/null') return undefined;
  switch (operator) {
    case '<':
      return { ...streams, stdin: 'null' };
    case '>':
    case '1>':
      return { ...streams, stdout: 'null' };
    case '2>':
      return { ...streams, stderr: 'null' };
    default:
      return undefined;
  }
}

/** One command of a line, between its semicolons. */
function statementOf(tokens: readonly Token[], text: string): Statement {
  const words: Word[] = [];
  let streams = openStreams;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind === 'word') {
      words.push(token.word);
    } else if (token !== undefined) {
      const target = token.text === '2>&1' ? undefined : tokens[++index];
      const next = redirected(streams, token.text, target?.kind === 'word' ? target.word.text : undefined);
      if (next === undefined) return { kind: 'unsupported', text };
      streams = next;
    }
  }
  return words.length === 0 ? { kind: 'unsupported', text } : { kind: 'run', words, streams };
}

const separators: readonly string[] = [';', '&&'];

function statementsOf(tokens: readonly Token[], text: string): Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  let and = false;
  for (let index = 0; index <= tokens.length; index++) {
    const token = tokens[index];
    if (token !== undefined && (token.kind === 'word' || !separators.includes(token.text))) continue;
    if (index > from || token !== undefined) {
      const statement = statementOf(tokens.slice(from, index), text);
      statements.push(statement.kind === 'run' && and ? { ...statement, and } : statement);
    }
    and = token?.text === '&&';
    from = index + 1;
  }
  return statements;
}

/** Reads one line; `undefined` where more text has to come first, which cannot be once the text has `ended`. */
export function readLine(source: string, from: number, ended: boolean): ReadLine | undefined {
  const special = source.startsWith('s=;', from)
    ? statesLoop
    : source.startsWith('exec 2>', from)
      ? preamble
      : undefined;
  if (special !== undefined) {
    if (!ended && !source.includes('\n', from)) return undefined;
    special.lastIndex = from;
    const match = special.exec(source);
    if (match !== null) {
      const patterns = (match[1] ?? '').split(' ').filter((path) => path !== '');
      const statement: Statement = special === statesLoop ? { kind: 'states', patterns } : { kind: 'preamble' };
      return { statements: [statement], next: from + match[0].length };
    }
  }
  const line = readCommandLine(source, from, ended);
  if (line !== undefined)
    return { statements: statementsOf(line.tokens, source.slice(from, line.next)), next: line.next };
  return ended ? { statements: [{ kind: 'unsupported', text: source.slice(from) }], next: source.length } : undefined;
}

/** All statements of a whole script. */
export function readScript(source: string): Statement[] {
  const statements: Statement[] = [];
  for (let at = 0; at < source.length;) {
    const line = readLine(source, at, true);
    if (line === undefined) break;
    statements.push(...line.statements);
    at = line.next;
  }
  return statements;
}
