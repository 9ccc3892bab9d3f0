/** Facts that are read from devices; every other key of a comparison is a label. */
export const probedFacts = ['module', 'soc', 'l4t', 'jetpack', 'serial', 'hostname'] as const;
export type ProbedFact = (typeof probedFacts)[number];

export const operators = ['>=', '<=', '!=', '=', '>', '<'] as const;
export type Operator = (typeof operators)[number];

/** A selector, parsed. */
export type Selector =
  | { readonly kind: 'all' }
  | { readonly kind: 'online' }
  /** Names that were written out; a range is written out by the parser. */
  | { readonly kind: 'names'; readonly names: ReadonlySet<string>; readonly text: string }
  /** A name with `*` or `?`. */
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'fact'; readonly fact: ProbedFact; readonly operator: Operator; readonly value: string }
  | { readonly kind: 'label'; readonly label: string; readonly operator: '=' | '!='; readonly value: string }
  | { readonly kind: 'not'; readonly of: Selector }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Selector[] };

/** Whether a selector can be told without asking devices, and what must be asked. */
export interface Needs {
  readonly facts: boolean;
  readonly online: boolean;
}

/** What a selector must know of devices before it can be evaluated. */
export function needsOf(selector: Selector): Needs {
  switch (selector.kind) {
    case 'fact':
      return { facts: true, online: false };
    case 'online':
      return { facts: false, online: true };
    case 'not':
      return needsOf(selector.of);
    case 'and':
    case 'or': {
      const parts = selector.of.map(needsOf);
      return { facts: parts.some((p) => p.facts), online: parts.some((p) => p.online) };
    }
    case 'all':
    case 'names':
    case 'pattern':
    case 'group':
    case 'label':
      return { facts: false, online: false };
  }
}

/** The facts that a selector names. */
export function factsOf(selector: Selector): readonly ProbedFact[] {
  switch (selector.kind) {
    case 'fact':
      return [selector.fact];
    case 'not':
      return factsOf(selector.of);
    case 'and':
    case 'or':
      return [...new Set(selector.of.flatMap(factsOf))];
    case 'all':
    case 'online':
    case 'names':
    case 'pattern':
    case 'group':
    case 'label':
      return [];
  }
}
