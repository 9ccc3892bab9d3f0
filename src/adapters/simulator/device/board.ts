import { boardSpec, type BoardKind } from '../boards/index.js';
import type { BoardSpec } from '../boards/board-spec.js';
import { layersOf, programsOf } from '../layers/index.js';
import type { Program } from '../programs/program.js';
import { FileTree } from './file-tree.js';

/** One kind of board, ready to serve: shared by every device of the kind. */
export interface Board {
  readonly spec: BoardSpec;
  readonly files: FileTree;
  readonly programs: ReadonlyMap<string, Program>;
}

const built = new Map<BoardKind, Board>();

/** The board of a kind, built at its first use. */
export function boardOf(kind: BoardKind): Board {
  const known = built.get(kind);
  if (known !== undefined) return known;
  const spec = boardSpec(kind);
  const board = { spec, files: new FileTree(layersOf(spec)), programs: programsOf(spec) };
  built.set(kind, board);
  return board;
}
