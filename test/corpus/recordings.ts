import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(process.env['JETFLEET_CORPUS'] ?? '../shared/jetson-corpus');

/** One recording of a real device. */
export interface Recording {
  readonly path: string;
  readonly text: string;
}

/** Whether the recordings are on this machine. */
export const corpusIsHere = existsSync(join(root, 'index.tsv'));

if (!corpusIsHere) {
  process.stderr.write(`skipped: no recordings at ${root}; JETFLEET_CORPUS names their folder\n`);
}

/** The recordings of one command, as index.tsv lists them; empty where the corpus is absent. */
export function recordingsOf(command: string): readonly Recording[] {
  if (!corpusIsHere) return [];
  return readFileSync(join(root, 'index.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([path, kind]) => kind === command && path !== undefined && path !== '')
    .map(([path = '']) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
