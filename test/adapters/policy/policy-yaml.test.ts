import { describe, expect, it } from '@jest/globals';
import { readPolicyYaml } from '../../../src/adapters/policy/policy-yaml.js';
import { refuseAll } from '../../../src/core/policy/policy-file.js';

const told = (text: string): string[] =>
  readPolicyYaml(text).problems.map(({ line, field, message }) => `${String(line)} ${field}: ${message}`);

describe('readPolicyYaml', () => {
  it('reads rules', () => {
    const text = `# mine
rules:
  - then: allow
    tools: [power_set_mode, "service_*"]
    selector: "@lab and not site=roof"
    arguments: { watts: [15, 1.10, 0x1F], on: [yes, true] }
    during: [mon-fri 08:00-18:00]
`;
    const { policy, problems } = readPolicyYaml(text);
    expect(problems).toEqual([]);
    // Values are texts as they were written.
    expect(policy.rules[0]?.arguments).toEqual({ watts: ['15', '1.10', '0x1F'], on: ['yes', 'true'] });
    expect(policy.rules[0]?.during).toEqual([{ days: [1, 2, 3, 4, 5], from: 480, to: 1080 }]);
  });

  it.each(['', '\n', '# nothing yet\n', '---\n', 'rules:\n', 'rules: []\n', 'rules: ~\n', '\uFEFFrules: []\n'])(
    'takes %j for no rules',
    (text) => expect(readPolicyYaml(text)).toEqual({ policy: { rules: [] }, problems: [] }),
  );

  it('gives the line of every mistake', () => {
    const text = `rules:
  - then: allow
    tool: [fan_set]

  - then: perhaps
    selector: site=
    during:
      - mon
      - someday
  - deny
`;
    expect(told(text)).toEqual([
      '3 rules[0].tool: `tool` is not a key that may stand here.',
      '5 rules[1].then: then takes allow, ask or deny.',
      '6 rules[1].selector: a value after = is missing.',
      '9 rules[1].during[1]: These are no days and times.',
      '10 rules[2]: A rule is keys and values.',
    ]);
  });

  it.each([
    ['rules: []\nrules: []\n', 2],
    ['rules:\n\t- then: deny\n', 2],
    ['rules:\n  - { then: deny\n', 3],
    ['rules:\n  - then: deny\n    selector: @lab\n', 3],
    ['rules:\n  - then: deny\n    tools: [*]\n', 3],
    ['rules:\n  - &a { then: deny }\n  - *a\n', 3],
    ['rules: []\n---\nrules: []\n', 2],
    ['rules:\n  - then: !allow deny\n', 2],
  ])('denies everything for %j, and says in which line', (text, line) => {
    const { policy, problems } = readPolicyYaml(text);
    expect(policy).toBe(refuseAll);
    expect(problems.map((problem) => problem.line)).toContain(line);
    expect(problems.every(({ fix }) => fix !== '')).toBe(true);
  });

  it('knows the tools that it is told of', () => {
    const known = new Map([['fan_set', ['percent']]]);
    expect(readPolicyYaml('rules: [{ then: deny, tools: [fan_sett] }]', known).problems).toEqual([
      { line: 1, field: 'rules[0].tools[0]', message: 'There is no such tool.', fix: 'Write `fan_set`.' },
    ]);
  });
});
