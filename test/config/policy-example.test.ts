import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readPolicyYaml } from '../../src/adapters/policy/policy-yaml.js';
import { ruleHelp } from '../../src/core/policy/schema.js';

const text = readFileSync('config/policy.example.yaml', 'utf8');
/** As it is once the user has taken every # away: one at the start of a line with two spaces behind it. */
const uncommented = text.replace(/^#(?=$| {2})/gm, '');

describe('the example policy file', () => {
  it('is good as it is, and changes nothing', () =>
    expect(readPolicyYaml(text)).toEqual({ policy: { rules: [] }, problems: [] }));

  it('is good with every line in use', () => {
    const { policy, problems } = readPolicyYaml(uncommented);
    expect(problems).toEqual([]);
    expect(policy.rules.map(({ decision }) => decision)).toEqual(['deny', 'deny', 'allow', 'ask', 'ask']);
  });

  it('shows every key', () => {
    for (const key of Object.keys(ruleHelp)) expect(uncommented).toMatch(new RegExp(`\\b${key}:`));
  });
});
