import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { cliFailure } from '../../src/core/docker/cli-failure.js';
import { corpusFolder, corpusMissing, describeWith } from '../setup/suite.js';

describeWith(corpusMissing, "recorded errors of Docker's command line", () => {
  it.each([
    ['any-docker-permission-29-1.txt', /may not use the engine/],
    ['any-docker-unknown-server-os-1.txt', /no answer of the engine/],
    ['orin-nano-jc-duplicate-mount-1.txt', /same path in the container/],
    ['orin-nano-jc-run-without-tag-1.txt', /does not give this image/],
  ])('%s is explained', (name, why) => {
    const text = readFileSync(join(corpusFolder, 'errors', name), 'utf8');
    const failure = cliFailure('It was not started.', text, 125);
    expect(failure.message).toMatch(why);
    expect(failure.hint).toBeDefined();
  });
});
