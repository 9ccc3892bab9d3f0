import type { BoardSpec } from './board-spec.js';
import { nano } from './nano.js';
import { agxOrin, agxOrinJp7, orinNanoSuper, orinNx } from './orin.js';
import { agxThor, agxThorJp72 } from './thor.js';
import { tx2 } from './tx2.js';
import { agxXavier, xavierNx } from './xavier.js';

const all = {
  nano,
  tx2,
  'xavier-nx': xavierNx,
  'agx-xavier': agxXavier,
  'orin-nano-super': orinNanoSuper,
  'orin-nx': orinNx,
  'agx-orin': agxOrin,
  'agx-orin-jp7': agxOrinJp7,
  'agx-thor': agxThor,
  'agx-thor-jp72': agxThorJp72,
} as const satisfies Record<string, BoardSpec>;

/** The kinds of board that can be simulated: a module with the release it runs. */
export type BoardKind = keyof typeof all;

export const boardKinds = Object.keys(all) as readonly BoardKind[];

/** What a kind of board is. */
export function boardSpec(kind: BoardKind): BoardSpec {
  return all[kind];
}
