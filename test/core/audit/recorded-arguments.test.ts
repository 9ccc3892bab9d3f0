import { describe, expect, it } from '@jest/globals';
import { recordedArguments } from '../../../src/core/audit/recorded-arguments.js';
import { redactedMark as gone } from '../../../src/core/redact.js';

describe('arguments as they are recorded', () => {
  it.each([
    [{ env: { A: 'x', B: 'y' }, image: 'nginx' }, ['env'], { env: { A: gone, B: gone }, image: 'nginx' }],
    [{ env: 'x' }, ['env'], { env: gone }],
    [
      { labels: { db_password: 'x', apiKey: 'y', HF_TOKEN: 'z', name: 'web' } },
      [],
      { labels: { db_password: gone, apiKey: gone, HF_TOKEN: gone, name: 'web' } },
    ],
    [{ command: ['serve', '--hf-token', 'x', '-p', '80'] }, [], { command: ['serve', '--hf-token', gone, '-p', '80'] }],
    [
      { secretFiles: { token: '/srv/t' }, tokenFile: '/t', maxTokens: 5 },
      [],
      { secretFiles: { token: '/srv/t' }, tokenFile: '/t', maxTokens: 5 },
    ],
  ])('%j', (given, secret, recorded) => expect(recordedArguments(given, secret)).toEqual(recorded));
});
