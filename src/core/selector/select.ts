import { Failure } from '../errors.js';
import { probedFacts, type Selector } from './ast.js';
import { evaluate, type Candidate } from './evaluate.js';
import { nearest } from '../nearest.js';

const fewKnown = 10;

export interface Selection<C extends Candidate> {
  readonly chosen: readonly C[];
  /** Devices that may or may not be meant, by the reason nobody can tell. */
  readonly skipped: readonly { readonly reason: string; readonly devices: readonly string[] }[];
}

/** The devices a selector means, in the fleet file's order. */
export function select<C extends Candidate>(selector: Selector, candidates: readonly C[]): Selection<C> {
  const chosen: C[] = [];
  const skipped = new Map<string, string[]>();
  for (const candidate of candidates) {
    const verdict = evaluate(selector, candidate);
    if (verdict === 'yes') chosen.push(candidate);
    else if (verdict !== 'no')
      skipped.set(verdict.unknown, [...(skipped.get(verdict.unknown) ?? []), candidate.entry.name]);
  }
  return { chosen, skipped: [...skipped].map(([reason, devices]) => ({ reason, devices })) };
}

/**
 * Refuses a selector that names a device, group or label which the fleet does not have: a misspelt word must not
 * pass as "no device". Throws `unknown_device` or `invalid_input` with the nearest right word.
 */
export function checkNamed(selector: Selector, candidates: readonly Candidate[]): void {
  switch (selector.kind) {
    case 'names': {
      const known = new Set(candidates.map(({ entry }) => entry.name));
      const missing = [...selector.names].filter((name) => !known.has(name));
      if (missing.length > 0) throw unknown('unknown_device', 'device', missing, [...known]);
      return;
    }
    case 'group': {
      const known = [...new Set(candidates.flatMap(({ entry }) => entry.groups))];
      if (!known.includes(selector.group)) throw unknown('invalid_input', 'group', [selector.group], known);
      return;
    }
    case 'label': {
      const known = [...new Set(candidates.flatMap(({ entry }) => Object.keys(entry.labels)))];
      if (!known.includes(selector.label))
        throw unknown('invalid_input', 'label or fact', [selector.label], [...known, ...probedFacts]);
      return;
    }
    case 'not':
      checkNamed(selector.of, candidates);
      return;
    case 'and':
    case 'or':
      for (const part of selector.of) checkNamed(part, candidates);
      return;
    case 'all':
    case 'online':
    case 'pattern':
    case 'fact':
      return;
  }
}

function unknown(
  kind: 'unknown_device' | 'invalid_input',
  what: string,
  missing: readonly string[],
  known: readonly string[],
): Failure {
  const shown = missing.slice(0, 5).map((name) => JSON.stringify(name));
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
  const close = nearest(missing[0] ?? '', known);
  const advice =
    close !== undefined
      ? `Did you mean ${JSON.stringify(close)}?`
      : known.length > 0 && known.length <= fewKnown
        ? `Known: ${known.join(', ')}.`
        : '';
  return new Failure(kind, `selector: no ${what} ${shown.join(', ')}${more} in the fleet.`, {
    hint: `${advice} Call device_list to see what there is.`.trim(),
  });
}
