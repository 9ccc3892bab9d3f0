import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from '@jest/globals';

/** The recordings of real devices. They are not part of this repository. */
export const corpusFolder = resolve(process.env['JETFLEET_CORPUS'] ?? '../shared/jetson-corpus');

/** Why suites that read the recordings cannot run here; undefined where they can. */
export const corpusMissing = existsSync(corpusFolder)
  ? undefined
  : 'the device recordings are absent (JETFLEET_CORPUS)';

/**
 * A suite that runs only where nothing it needs is missing. Elsewhere one skipped test bears the reason, which
 * skip-reporter.cjs prints at the end of the run; `body` is not called then.
 */
export function describeWith(missing: string | undefined, name: string, body: () => void): void {
  if (missing === undefined) describe(name, body);
  else describe(name, () => it.skip(`[skipped: ${missing}]`, () => undefined));
}
