import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusFolder } from '../setup/suite.js';

/** The recordings of one command, `[path, text]` each, as index.tsv lists them. */
export function recordingsOf(command: string): (readonly [path: string, text: string])[] {
  return readFileSync(join(corpusFolder, 'index.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([path, kind]) =>
      kind === command && path !== undefined ? [[path, readFileSync(join(corpusFolder, path), 'utf8')] as const] : [],
    );
}
