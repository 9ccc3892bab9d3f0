import { describe, expect, it } from '@jest/globals';
import { decide, type Verdict } from '../../../src/core/policy/evaluate.js';
import type { PolicyRule } from '../../../src/core/policy/policy.js';

const time = { day: 1, minutes: 600 };
const verdict = (grants: readonly string[] | undefined, ...rules: readonly Omit<PolicyRule, 'place'>[]): Verdict =>
  decide(
    { rules: rules.map((rule, i) => ({ ...rule, place: `rules[${i}]` })) },
    {
      tool: 'container_run',
      effect: 'disrupt',
      offArguments: ['grants'],
      args: { image: 'web', grants },
      device: undefined,
      time,
    },
  );

describe('arguments that are off', () => {
  it('change nothing where they are not given', () => {
    expect(verdict(undefined)).toMatchObject({ decision: 'ask' });
    expect(verdict([])).toMatchObject({ decision: 'ask' });
    expect(verdict([], { decision: 'allow', tools: ['container_run'] })).toMatchObject({ decision: 'allow' });
  });

  it.each<[string, readonly Omit<PolicyRule, 'place'>[]]>([
    ['no rule', []],
    ['a rule for the tool only', [{ decision: 'allow', tools: ['container_run'] }]],
    ['a question about the tool only', [{ decision: 'ask', tools: ['container_run'] }]],
    ['a rule for everything', [{ decision: 'allow' }]],
    [
      'a rule that names another',
      [{ decision: 'allow', tools: ['container_run'], arguments: { grants: ['host-network'] } }],
    ],
    ['a pattern of stars', [{ decision: 'allow', tools: ['container_run'], arguments: { grants: ['*'] } }]],
    ['a rule for another tool', [{ decision: 'allow', tools: ['ai_launch'], arguments: { grants: ['privileged'] } }]],
    ['tools of stars', [{ decision: 'allow', tools: ['*'], arguments: { grants: ['privileged'] } }]],
  ])('are denied by %s', (_what, rules) => {
    expect(verdict(['privileged'], ...rules)).toMatchObject({ decision: 'deny' });
  });

  it('say by which rule they would be open', () => {
    expect(verdict(['privileged']).says).toContain(
      '- { then: ask, tools: [container_run], arguments: { grants: [privileged] } }',
    );
  });

  it('are open where a rule names tool and argument, and each value', () => {
    const rule = (...grants: string[]) =>
      ({ decision: 'allow', tools: ['container_run'], arguments: { grants } }) as const;
    expect(verdict(['privileged'], rule('privileged'))).toMatchObject({ decision: 'allow' });
    expect(verdict(['privileged', 'host-network'], rule('privileged'))).toMatchObject({ decision: 'deny' });
    expect(verdict(['privileged', 'host-network'], rule('privileged', 'host-*'))).toMatchObject({ decision: 'allow' });
    expect(verdict(['privileged'], { ...rule('privileged'), decision: 'ask' })).toMatchObject({
      decision: 'ask',
      person: true,
    });
    expect(verdict(['privileged'], { decision: 'deny', effects: ['disrupt'] }, rule('privileged'))).toMatchObject({
      decision: 'deny',
    });
  });
});
