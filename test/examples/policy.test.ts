import { describe } from '@jest/globals';
import { testExample } from './run-example.js';

describe('the example of a policy', () => {
  testExample('policy', 'allow command_run {"selector":"orin-nano-super-01","argv":["nvpmodel","-q"]}', [
    { file: 'run.mjs', words: "'sun 02:00', 'deny'", instead: "'sun 02:00', 'ask'" },
    { file: 'policy.yaml', words: 'sat 22:00-02:00', instead: 'sat 22:00-03:00' },
    { file: 'policy.yaml', words: 'tools: [file_write]', instead: 'tools: [file_read]' },
  ]);
});
