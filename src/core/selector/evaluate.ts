import type { DeviceEntry, DeviceState } from '../device.js';
import type { Operator, ProbedFact, Selector } from './ast.js';
import { compareVersions } from './versions.js';

/** Three-valued: an unknown carries the reason a device is skipped for. */
export type Verdict = 'yes' | 'no' | { readonly unknown: string };

/** One device as a selector sees it. */
export interface Candidate {
  readonly entry: DeviceEntry;
  readonly state: DeviceState | undefined;
}

/** Whether the device is meant by the selector. A fact nobody could read makes it unknown, never a match. */
export function evaluate(selector: Selector, candidate: Candidate): Verdict {
  const { entry, state } = candidate;
  switch (selector.kind) {
    case 'all':
      return 'yes';
    case 'names':
      return of(selector.names.has(entry.name));
    case 'pattern':
      return of(matches(entry.name, selector.pattern));
    case 'group':
      return of(entry.groups.includes(selector.group));
    case 'label': {
      const value = entry.labels[selector.label];
      return of((value !== undefined && matches(value, selector.value)) === (selector.operator === '='));
    }
    case 'online':
      return state === undefined ? { unknown: 'whether it is online is not known' } : of(state.online);
    case 'fact':
      return fact(state, selector.fact, selector.operator, selector.value);
    case 'not': {
      const inner = evaluate(selector.of, candidate);
      return inner === 'yes' ? 'no' : inner === 'no' ? 'yes' : inner;
    }
    case 'and':
      return join(selector.of, candidate, 'no', 'yes');
    case 'or':
      return join(selector.of, candidate, 'yes', 'no');
  }
}

function join(
  parts: readonly Selector[],
  candidate: Candidate,
  decides: 'yes' | 'no',
  otherwise: 'yes' | 'no',
): Verdict {
  let unknown: Verdict | undefined;
  for (const part of parts) {
    const verdict = evaluate(part, candidate);
    if (verdict === decides) return verdict;
    if (typeof verdict === 'object') unknown ??= verdict;
  }
  return unknown ?? otherwise;
}

const of = (yes: boolean): Verdict => (yes ? 'yes' : 'no');

/** `*` and `?` as in file names, without regard to case. Linear: a pattern comes from outside and may hold many stars. */
export function matches(text: string, pattern: string): boolean {
  const [t, p] = [text.toLowerCase(), pattern.toLowerCase()];
  let [at, star, retry] = [0, -1, 0];
  let i = 0;
  while (i < t.length) {
    if (p[at] === '*') {
      star = at++;
      retry = i;
    } else if (at < p.length && (p[at] === '?' || p[at] === t[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (p[at] === '*') at++;
  return at === p.length;
}

function fact(state: DeviceState | undefined, key: ProbedFact, operator: Operator, wanted: string): Verdict {
  const actual = state?.facts[key];
  if (actual === undefined) {
    return {
      unknown: state?.online === false ? `${key} is not known: the device did not answer` : `${key} is not known`,
    };
  }
  if (operator === '=' || operator === '!=') {
    const versions = key === 'l4t' || key === 'jetpack' ? compareVersions(actual, wanted) : undefined;
    const same = matches(actual, wanted) || versions === 0;
    return of(same === (operator === '='));
  }
  const order = compareVersions(actual, wanted);
  if (order === undefined) return { unknown: `${key} cannot be compared with ${JSON.stringify(wanted)}` };
  switch (operator) {
    case '>':
      return of(order > 0);
    case '<':
      return of(order < 0);
    case '>=':
      return of(order >= 0);
    case '<=':
      return of(order <= 0);
  }
}
