import { Failure } from '../errors.js';
import { operators, type Operator } from './ast.js';

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: '(' | ')' | ',' | '@' };

const longest = 4000;
/** A word; a bracketed range inside it may hold commas. */
const word = /^(?:[A-Za-z0-9_.*?:/+-]|\[[0-9, -]*\]?)+/;
const quoted = /^(["'])(.*?)\1/;

/** Cuts a selector into tokens. Throws `invalid_input` that shows the place. */
export function tokenize(text: string): Token[] {
  if (text.length > longest)
    throw new Failure('invalid_input', `selector: longer than ${longest} characters.`, {
      hint: 'Use a group or a label.',
    });
  const tokens: Token[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const [token, length] = nextToken(rest, text);
    tokens.push(token);
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

function nextToken(rest: string, text: string): [Token, number] {
  const first = rest.charAt(0);
  if (first === '(' || first === ')' || first === ',' || first === '@') return [{ kind: first }, 1];
  const operator = operators.find((op) => rest.startsWith(op));
  if (operator !== undefined) return [{ kind: 'operator', operator }, rest.startsWith('==') ? 2 : operator.length];
  const string = quoted.exec(rest);
  if (string) return [{ kind: 'word', text: string[2] ?? '', quoted: true }, string[0].length];
  const plain = word.exec(rest);
  if (plain) return [{ kind: 'word', text: plain[0], quoted: false }, plain[0].length];
  throw new Failure(
    'invalid_input',
    `selector: cannot read ${JSON.stringify(first)} at position ${text.length - rest.length + 1}.`,
    {
      hint: selectorHelp,
    },
  );
}

export const selectorHelp =
  'Examples: nano-01 | nano[01-12] | @lab | site=lab and l4t>=36.4 | module=orin-* and not @spare | online | all';
