import { upstreamVersion } from '../../linux/packages.js';
import { present } from '../../linux/present.js';
import { identityOf, identityReads } from '../../probes/identity.js';
import { argv, type Answers } from '../../probe/probe.js';
import type { BuiltFor } from './sidecar.js';

/** What tells for which board and TensorRT an engine is built. */
export const builtForReads = {
  ...identityReads,
  tensorrt: argv([
    'dpkg-query',
    '-W',
    '-f',
    '${Package} ${Version} ${db:Status-Abbrev},',
    'libnvinfer10',
    'libnvinfer8',
    'libnvinfer-bin',
  ]),
};

/** A board as an engine is built for it. */
export function builtForOf(answers: Answers<typeof builtForReads>): Omit<BuiltFor, 'image'> {
  const { facts, board } = identityOf(answers);
  const [, version = ''] = /libnvinfer\S* (\S+) ii/.exec(answers.tensorrt.text) ?? [];
  return present({ l4t: facts.l4t, tensorrt: upstreamVersion(version), sm: board.socFacts?.sm });
}

/** Why an engine does not run on a board any more; undefined where nothing speaks against it. */
export function unfitFor(engine: BuiltFor, board: Omit<BuiltFor, 'image'>): string | undefined {
  const differs = (key: 'sm' | 'tensorrt' | 'l4t'): boolean =>
    engine[key] !== undefined && board[key] !== undefined && engine[key] !== board[key];
  if (differs('sm')) return `built for SM ${engine.sm ?? ''}, and this GPU has SM ${board.sm ?? ''}`;
  // An image brings its own TensorRT; what it needs of the host is its driver.
  if (engine.image === undefined && differs('tensorrt'))
    return `built by TensorRT ${engine.tensorrt ?? ''}, and this board has ${board.tensorrt ?? ''}`;
  if (engine.image === undefined && differs('l4t'))
    return `built on L4T ${engine.l4t ?? ''}, and this board has ${board.l4t ?? ''}: build it anew where it does not load`;
  return undefined;
}
