import type { PolicyQuestion } from './evaluate.js';

/** What an argument came out as. */
export interface OwnName {
  /** Its own name, by which rules open: `docker.service` where `docker` was asked for. */
  readonly is: unknown;
  /** What else it is called. Rules that restrict hold for these too; nothing is opened by them. */
  readonly also?: readonly unknown[];
}

/** Own names by argument; those that stand as they were given are left out. */
export type OwnNames = Readonly<Record<string, OwnName>>;

/** A call's arguments by their own names, as the policy is asked about them; of several names of one argument the last is its own. */
export function byOwnNames(
  args: Readonly<Record<string, unknown>>,
  ...named: readonly (OwnNames | undefined)[]
): Pick<PolicyQuestion, 'args' | 'also'> {
  const own: Record<string, unknown> = { ...args };
  const also: Record<string, unknown[]> = {};
  for (const [argument, { is, also: others = [] }] of named.flatMap((names) => Object.entries(names ?? {}))) {
    also[argument] = [...(also[argument] ?? []), own[argument], ...others];
    own[argument] = is;
  }
  return { args: own, also };
}
