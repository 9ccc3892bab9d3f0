import { describe, expect, it } from '@jest/globals';
import { policySourceContract } from '../contract/policy-source.js';
import { FakePolicySource, policyOf } from './fake-policy-source.js';

describe('FakePolicySource', () => {
  policySourceContract(() => {
    const source = new FakePolicySource();
    return { source, write: (...rules) => source.change(...rules), spoil: () => source.spoil() };
  });

  it('lets no test rest on a rule that is wrong', () =>
    expect(() => policyOf({ then: 'allow', tool: ['fan_set'] })).toThrow('rules'));
});
