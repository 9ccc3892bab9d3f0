import type { DockerPiece, DockerQuestion, DockerStream } from '../../src/core/docker/request.js';
import { enginePath } from '../../src/core/docker/request.js';

/** Every container, running or not. */
export const containers: DockerQuestion<readonly { readonly Names: readonly string[]; readonly State: string }[]> = {
  name: 'containers',
  path: '/containers/json',
  query: { all: '1' },
  parse: (answer) => answer as never,
};

/** One container, whole. */
export const inspect = (container: string): DockerQuestion<Readonly<Record<string, never>>> => ({
  name: 'container',
  path: enginePath('containers', container, 'json'),
  parse: (answer) => answer as never,
});

/** What a container wrote. */
export const logs = (container: string, query: Readonly<Record<string, string>> = {}): DockerStream => ({
  name: 'logs',
  path: enginePath('containers', container, 'logs'),
  query: { stdout: '1', stderr: '1', ...query },
  as: 'output',
});

/** Takes pieces until there are so many. */
export function taker(many: number): {
  readonly pieces: DockerPiece[];
  readonly take: (piece: DockerPiece) => 'more' | 'enough';
} {
  const pieces: DockerPiece[] = [];
  return { pieces, take: (piece) => (pieces.push(piece) < many ? 'more' : 'enough') };
}
