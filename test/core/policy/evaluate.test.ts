import { describe, expect, it } from '@jest/globals';
import type { DeviceFacts } from '../../../src/core/device.js';
import { decide, selectsByFleetFile, type PolicyQuestion } from '../../../src/core/policy/evaluate.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { policyOf, type WrittenRule } from '../../fakes/fake-policy-source.js';

const noon = { day: 3, minutes: 720 };
const lab = deviceEntry('nano-01', { groups: ['lab'], labels: { site: 'lab' } });
const board = (facts?: DeviceFacts): PolicyQuestion['device'] => ({
  entry: lab,
  state: facts && { online: true, facts },
});

function asked(question: Partial<PolicyQuestion>, ...rules: readonly WrittenRule[]): string {
  const whole = {
    tool: 'service_control',
    effect: 'disrupt',
    args: {},
    device: board(),
    time: noon,
    ...question,
  } as const;
  const { decision, place } = decide(policyOf(...rules), whole);
  return `${decision} ${place}`;
}

describe('the defaults', () => {
  it.each([
    ['read', 'allow default'],
    ['change', 'ask default'],
    ['disrupt', 'ask default'],
  ] as const)('%s: %s', (effect, verdict) => expect(asked({ effect })).toBe(verdict));

  it.each<[string, readonly WrittenRule[]]>([
    ['deny default', []],
    ['deny default', [{ then: 'allow' }]],
    ['deny default', [{ then: 'allow', effects: ['disrupt'] }]],
    ['deny default', [{ then: 'allow', tools: ['*'] }]],
    ['deny default', [{ then: 'allow', tools: ['**'] }]],
    ['deny default', [{ then: 'ask', tools: ['*_*'] }]],
    ['deny default', [{ then: 'ask' }]],
    ['ask rules[0]', [{ then: 'ask', tools: ['command_run'] }]],
    ['allow rules[0]', [{ then: 'allow', tools: ['command_*'] }]],
    ['deny rules[0]', [{ then: 'deny' }, { then: 'allow', tools: ['command_run'] }]],
    // What may not open may yet restrict.
    [
      'ask rules[0]',
      [
        { then: 'ask', effects: ['disrupt'] },
        { then: 'allow', tools: ['command_run'] },
      ],
    ],
    ['allow rules[1]', [{ then: 'allow' }, { then: 'allow', tools: ['command_run'] }, { then: 'deny' }]],
  ])('a tool that takes any command: %s by %j', (verdict, rules) =>
    expect(asked({ tool: 'command_run', offByDefault: true }, ...rules)).toBe(verdict),
  );

  it('open such a tool for the words that a rule names, and for no others beside them', () => {
    const rule: WrittenRule = { then: 'ask', tools: ['command_run'], arguments: { argv: ['uptime'] } };
    const run = { tool: 'command_run', offByDefault: true };
    expect(asked({ ...run, args: { argv: ['uptime'] } }, rule)).toBe('ask rules[0]');
    expect(asked({ ...run, args: { argv: ['rm', '-rf', '/', 'uptime'] } }, rule)).toBe('deny default');
  });

  it('say how to turn such a tool on', () => {
    const question = { tool: 'command_run', effect: 'disrupt', args: {}, device: board(), time: noon } as const;
    expect(decide(policyOf(), { ...question, offByDefault: true }).says).toContain(
      '{ then: ask, tools: [command_run] }',
    );
  });
});

describe('a rule', () => {
  it('that is first decides, with its note', () => {
    const policy = policyOf({ then: 'ask', tools: ['fan_set'] }, { then: 'deny', because: 'no' }, { then: 'allow' });
    const question = { tool: 'fan_get', effect: 'read', args: {}, device: board(), time: noon } as const;
    expect(decide(policy, question)).toEqual({ decision: 'deny', place: 'rules[1]', because: 'no' });
  });

  it.each<[string, WrittenRule]>([
    ['allow rules[0]', {}],
    ['allow rules[0]', { tools: ['fan_set', 'service_*'] }],
    ['ask default', { tools: ['service'] }],
    ['ask default', { effects: ['change'] }],
    ['allow rules[0]', { effects: ['change', 'disrupt'] }],
    ['allow rules[0]', { selector: '@lab and site=lab' }],
    ['ask default', { selector: 'site=roof' }],
    ['allow rules[0]', { during: ['wed 12:00-12:01'] }],
    ['ask default', { during: ['wed 12:01-12:00', 'thu'] }],
    ['ask default', { tools: ['service_*'], effects: ['read'] }],
  ])('%s with %j', (verdict, rule) => expect(asked({}, { then: 'allow', ...rule })).toBe(verdict));
});

describe('arguments of a rule', () => {
  const args = {
    unit: 'docker.service',
    argv: ['systemctl', 'stop'],
    settings: { labels: { site: 'lab' }, port: 22 },
    none: [],
    sudo: false,
    host: null,
  };
  it.each<[boolean, boolean, Record<string, readonly unknown[]>]>([
    [true, true, { unit: ['docker*'] }],
    [false, false, { unit: ['Docker*'] }],
    [true, true, { unit: ['x', 'docker.service'] }],
    [true, true, { 'settings.labels.site': ['lab'] }],
    [true, true, { 'settings.port': [22] }],
    [true, true, { sudo: [false] }],
    [true, true, { host: ['null'] }],
    // Every element opens, any restricts.
    [false, true, { argv: ['system*'] }],
    [true, true, { argv: ['system*', 'stop'] }],
    [true, true, { 'argv.0': ['systemctl'] }],
    [false, false, { 'argv.2': ['*'] }],
    [false, true, { settings: ['lab'] }],
    [true, true, { settings: ['lab', '22'] }],
    // What is not given fits nothing.
    [false, false, { absent: ['*'] }],
    [false, false, { none: ['*'] }],
    [false, false, { 'unit.x': ['*'] }],
    [false, false, { toString: ['*'] }],
    [false, false, { unit: ['docker*'], absent: ['*'] }],
  ])('allow %s, deny %s: %j', (allows, denies, patterns) => {
    expect(asked({ args }, { then: 'allow', arguments: patterns })).toBe(allows ? 'allow rules[0]' : 'ask default');
    expect(asked({ args }, { then: 'deny', arguments: patterns })).toBe(denies ? 'deny rules[0]' : 'ask default');
  });

  it.each([[undefined], [null], ['text'], [[]]])('fit nothing of %j', (given) =>
    expect(asked({ args: given }, { then: 'deny', arguments: { unit: ['*'] } })).toBe('ask default'),
  );
});

describe('what is not known of a device', () => {
  const modern = { selector: 'l4t>=36' };
  it.each<[string, string, string, readonly WrittenRule[]]>([
    ['allow rules[0]', 'ask default', 'ask default', [{ then: 'allow', ...modern }]],
    ['deny rules[0]', 'deny rules[0]', 'ask default', [{ then: 'deny', ...modern }]],
    ['ask rules[0]', 'ask rules[0]', 'allow rules[1]', [{ then: 'ask', ...modern }, { then: 'allow' }]],
    // The ask counts, and what follows is stricter.
    ['ask rules[0]', 'deny rules[1]', 'deny rules[1]', [{ then: 'ask', ...modern }, { then: 'deny' }]],
    ['allow rules[0]', 'deny rules[1]', 'deny rules[1]', [{ then: 'allow', ...modern }, { then: 'deny' }]],
  ])('known to match %s, unknown %s, known not to %s: %j', (yes, unknown, no, rules) => {
    expect(asked({ device: board({ l4t: '36.4' }) }, ...rules)).toBe(yes);
    expect(asked({ device: board({}) }, ...rules)).toBe(unknown);
    expect(asked({ device: board() }, ...rules)).toBe(unknown);
    expect(asked({ device: board({ l4t: '32.7' }) }, ...rules)).toBe(no);
  });

  it('is told, and what was made of it', () => {
    const question = { tool: 'fan_set', effect: 'change', args: {}, device: board(), time: noon } as const;
    const unknownOf = (then: string): string | undefined => decide(policyOf({ then, ...modern }), question).unknown;
    expect(unknownOf('allow')).toBe('l4t is not known, so rules[0] (allow) does not count');
    expect(unknownOf('deny')).toBe('l4t is not known, so rules[0] (deny) counts');
  });

  it('is everything but "all" of one that is not in the fleet file', () => {
    const device = undefined;
    expect(asked({ device }, { then: 'allow', selector: 'nano-01' })).toBe('ask default');
    expect(asked({ device }, { then: 'deny', selector: 'nano-01' })).toBe('deny rules[0]');
    expect(asked({ device }, { then: 'allow', selector: 'all' })).toBe('allow rules[0]');
  });
});

describe('selectsByFleetFile', () => {
  it.each<[boolean, readonly WrittenRule[]]>([
    [
      false,
      [
        { then: 'allow', tools: ['fan_set'] },
        { then: 'deny', selector: 'all' },
      ],
    ],
    [true, [{ then: 'allow', selector: '@lab' }]],
    // By taking the label away, an edit leads around it.
    [true, [{ then: 'deny', selector: 'site=roof' }, { then: 'allow' }]],
  ])('%s for %j', (expected, rules) => expect(selectsByFleetFile(policyOf(...rules))).toBe(expected));
});
