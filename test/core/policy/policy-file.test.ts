import { describe, expect, it } from '@jest/globals';
import { fieldName } from '../../../src/core/fleet-file-problem.js';
import { parsePolicy, refuseAll } from '../../../src/core/policy/policy-file.js';
import { ruleHelp, ruleSchema } from '../../../src/core/policy/schema.js';

const known = new Map([
  ['service_control', ['unit', 'action']],
  ['device_edit', ['name', 'settings']],
  ['command_run', ['argv', 'sudo']],
]);
const told = (...rules: readonly unknown[]): string[] =>
  parsePolicy({ rules }, known).problems.map(({ path, message, fix }) => `${fieldName(path)}: ${message} ${fix}`);

describe('parsePolicy', () => {
  it('reads every field of a rule', () => {
    const rule = {
      then: 'allow',
      tools: ['service_*'],
      effects: ['disrupt'],
      selector: '@lab',
      arguments: { unit: ['docker.service', 7, true] },
      during: ['mon 08:00-09:00'],
      because: 'it is ours',
    };
    expect(parsePolicy({ rules: [{ then: 'deny' }, rule] }, known)).toEqual({
      policy: {
        rules: [
          { decision: 'deny', place: 'rules[0]' },
          {
            decision: 'allow',
            tools: ['service_*'],
            effects: ['disrupt'],
            selector: { kind: 'group', group: 'lab' },
            arguments: { unit: ['docker.service', '7', 'true'] },
            during: [{ days: [1], from: 480, to: 540 }],
            because: 'it is ours',
            place: 'rules[1]',
          },
        ],
      },
      problems: [],
    });
  });

  it.each([[undefined], [null], [{}], [{ rules: null }], [{ rules: [] }]])('takes %j for no rules', (document) =>
    expect(parsePolicy(document)).toEqual({ policy: { rules: [] }, problems: [] }),
  );

  it.each([['rules'], [[]], [7], [{ rules: {} }], [{ rules: 'deny' }], [{ rule: [] }]])('refuses %j', (document) => {
    const { policy, problems } = parsePolicy(document);
    expect(problems).toHaveLength(1);
    expect(policy).toBe(refuseAll);
  });

  it('says where each mistake is and what to write', () => {
    expect(
      told(
        { tools: ['service_control'] },
        { then: 'never' },
        { then: 'allow', tool: ['service_control'], effects: 'change' },
        { then: 'ask', selector: 'site=lab and', during: ['8 to 5'] },
        'deny',
        { then: 'deny', tools: [], arguments: { 'a..b': ['x'] } },
        { then: 'deny', arguments: { unit: 'docker.service' }, because: 'two\nlines' },
      ),
    ).toEqual([
      'rules[0].then: then is missing. Begin each rule with `- then: allow`, `- then: ask` or `- then: deny`.',
      'rules[1].then: then takes allow, ask or deny. Write `then: ask`, say.',
      'rules[2].effects: effects takes a list of read, change and disrupt. Write for example `effects: [change]`.',
      'rules[2].tool: `tool` is not a key that may stand here. Write `tools`.',
      expect.stringMatching(/^rules\[3\]\.selector: it ends too early\. Examples: nano-01 \|/),
      expect.stringMatching(/^rules\[3\]\.during\[0\]: These are no days and times\. Write days/),
      expect.stringMatching(/^rules\[4\]: A rule is keys and values\. Begin each rule with/),
      expect.stringMatching(/^rules\[5\]\.tools: tools takes a list/),
      expect.stringMatching(/^rules\[5\]\.arguments\.a\.\.b: arguments takes a mapping/),
      expect.stringMatching(/^rules\[6\]\.arguments\.unit: arguments takes a mapping/),
      expect.stringMatching(/^rules\[6\]\.because: because takes a note/),
    ]);
  });

  it('finds tools and arguments that do not exist: such a rule would never match', () => {
    expect(
      told(
        { then: 'deny', tools: ['service_contol'] },
        { then: 'deny', tools: ['camera_*'] },
        { then: 'deny', tools: ['service_*'], arguments: { units: ['x'] } },
        { then: 'deny', arguments: { 'settings.host': ['x'], unit: ['y'] } },
        { then: 'deny', tools: ['command_run'], arguments: { unit: ['y'] } },
      ),
    ).toEqual([
      'rules[0].tools[0]: There is no such tool. Write `service_control`.',
      'rules[1].tools[0]: There is no such tool. `jetfleet tools` lists them.',
      'rules[2].arguments.units: No tool of this rule takes such an argument. Write `unit`.',
      'rules[4].arguments.unit: No tool of this rule takes such an argument. They take argv, sudo.',
    ]);
  });

  it('keeps no rule of a file with a mistake', () => {
    const { policy } = parsePolicy({ rules: [{ then: 'allow' }, { then: 'alow' }] });
    expect(policy.rules.map(({ decision }) => decision)).toEqual(['deny']);
  });

  it('has words for every field', () => expect(Object.keys(ruleHelp)).toEqual(Object.keys(ruleSchema.shape)));
});
