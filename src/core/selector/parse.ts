import { Failure } from '../errors.js';
import { probedFacts, type Operator, type ProbedFact, type Selector } from './ast.js';
import { expandNames, mostNames } from './names.js';
import { selectorHelp, tokenize, type Token } from './tokens.js';

const deepest = 50;

/**
 * Parses a selector: names, ranges and patterns, `@group`, `label=value`, `fact>=value`, `online`, `all`, with `not`,
 * `and`, `or`, parentheses, and commas as the loosest `or`. Throws `invalid_input`.
 */
export function parseSelector(text: string): Selector {
  const parser = new Parser(tokenize(text));
  return parser.whole();
}

function fail(message: string): never {
  throw new Failure('invalid_input', `selector: ${message}`, { hint: selectorHelp });
}

/** Words of the grammar count in any case: nobody means a device by ALL. */
const factNamed = (key: string): ProbedFact | undefined => probedFacts.find((fact) => fact === key.toLowerCase());

class Parser {
  #at = 0;
  #depth = 0;
  /** How many more names ranges may write out. */
  #room = mostNames;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Selector {
    if (this.#tokens.length === 0) fail('it is empty.');
    const selector = this.#list();
    const left = this.#tokens[this.#at];
    if (left !== undefined) fail(`${describe(left)} is where "and", "or", a comma or the end should be.`);
    return selector;
  }

  #list(): Selector {
    return this.#chain(
      'or',
      () => this.#takes(',') && !this.#ends(),
      () => this.#or(),
    );
  }

  #or(): Selector {
    return this.#chain(
      'or',
      () => this.#takesWord('or'),
      () => this.#and(),
    );
  }

  #and(): Selector {
    return this.#chain(
      'and',
      () => this.#takesWord('and'),
      () => this.#not(),
    );
  }

  /** A comma after the last word is a slip, not a question. */
  #ends(): boolean {
    const next = this.#tokens[this.#at];
    return next === undefined || next.kind === ')';
  }

  #chain(kind: 'and' | 'or', more: () => boolean, part: () => Selector): Selector {
    const first = part();
    const parts = [first];
    while (more()) parts.push(part());
    return parts.length === 1 ? first : { kind, of: parts };
  }

  #not(): Selector {
    if (++this.#depth > deepest) fail(`more than ${deepest} levels deep.`);
    try {
      return this.#takesWord('not') ? { kind: 'not', of: this.#not() } : this.#primary();
    } finally {
      this.#depth--;
    }
  }

  #primary(): Selector {
    const token = this.#tokens[this.#at++];
    if (token?.kind === '(') {
      const inner = this.#list();
      if (!this.#takes(')')) fail('a parenthesis is not closed.');
      return inner;
    }
    if (token?.kind === '@') return { kind: 'group', group: this.#word('a group name after @') };
    if (token?.kind !== 'word')
      return fail(token ? `${describe(token)} is where a device should be.` : 'it ends too early.');
    const operator = this.#tokens[this.#at];
    if (operator?.kind === 'operator') {
      this.#at++;
      return this.#comparison(token.text, operator.operator, this.#word(`a value after ${operator.operator}`));
    }
    return this.#leaf(token.text, token.quoted);
  }

  #word(what: string): string {
    const token = this.#tokens[this.#at++];
    return token?.kind === 'word' ? token.text : fail(`${what} is missing.`);
  }

  #takes(kind: ',' | ')'): boolean {
    const found = this.#tokens[this.#at]?.kind === kind;
    if (found) this.#at++;
    return found;
  }

  #takesWord(text: string): boolean {
    const token = this.#tokens[this.#at];
    const found = token?.kind === 'word' && !token.quoted && token.text.toLowerCase() === text;
    if (found) this.#at++;
    return found;
  }

  #comparison(key: string, operator: Operator, value: string): Selector {
    const fact = factNamed(key);
    if (fact !== undefined) return { kind: 'fact', fact, operator, value };
    const equal = operator === '=' || operator === '!=';
    const word = key.toLowerCase();
    if (!equal)
      return fail(
        `${JSON.stringify(key.slice(0, 64))} can only be compared by = and !=; facts by all: ${probedFacts.join(', ')}.`,
      );
    if (word !== 'name' && word !== 'group') return { kind: 'label', label: key, operator, value };
    const meant: Selector = word === 'group' ? { kind: 'group', group: value } : this.#leaf(value, true);
    return operator === '=' ? meant : { kind: 'not', of: meant };
  }

  #leaf(text: string, quoted: boolean): Selector {
    const word = quoted ? '' : text.toLowerCase();
    if (word === 'all' || word === 'online') return { kind: word };
    if (word === 'offline') return { kind: 'not', of: { kind: 'online' } };
    if (['and', 'or', 'not'].includes(word)) return fail(`${JSON.stringify(text)} is where a device should be.`);
    if (/[*?]/.test(text)) {
      return text.includes('[')
        ? fail('a name can have a range or a pattern, not both.')
        : { kind: 'pattern', pattern: text };
    }
    const names = expandNames(text, this.#room);
    this.#room -= names.length;
    return { kind: 'names', names: new Set(names), text };
  }
}

function describe(token: Token): string {
  if (token.kind === 'word') return JSON.stringify(token.text);
  return token.kind === 'operator' ? token.operator : `"${token.kind}"`;
}
