import { describe } from '@jest/globals';
import { testExample } from './run-example.js';

describe('the example of CI with mock SSH', () => {
  testExample('ci-with-mock-ssh', 'agx-orin-01\norin-nx-01', [
    { file: 'workflow.yml', words: 'over-budget.mjs 25', instead: 'over-budget.mjs 5' },
    { file: 'over-budget.mjs', words: 'watts > budget', instead: 'watts < budget' },
    { file: 'policy.yaml', words: 'then: allow', instead: 'then: deny' },
  ]);
});
