import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeviceState } from '../../../src/core/device.js';
import { decide, decidePath, type PolicyQuestion } from '../../../src/core/policy/evaluate.js';
import type { Policy, PolicyDecision } from '../../../src/core/policy/policy.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { policyOf, type WrittenRule } from '../../fakes/fake-policy-source.js';
import { runs } from '../../setup/runs.js';

const strictness: Readonly<Record<PolicyDecision, number>> = { allow: 0, ask: 1, deny: 2 };
const entry = deviceEntry('nano-01', { groups: ['lab'], labels: { site: 'lab' } });

const selectors = [
  'all',
  '@lab',
  'not nano-01',
  'l4t>=36',
  'l4t<36',
  'not module=orin-*',
  'online',
  'l4t>=36 and module=orin-*',
  'site=roof or not l4t>=36',
  'not (online or module=nano)',
];
const optional = <T>(values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
const rule: fc.Arbitrary<WrittenRule> = fc
  .record({
    then: fc.constantFrom('allow', 'ask', 'deny'),
    tools: optional([['command_run'], ['fan_*'], ['*'], ['file_*'], ['file_read']]),
    effects: optional([['read'], ['change', 'disrupt']]),
    selector: optional(selectors),
    arguments: optional([{ path: ['/home/*'] }, { path: ['/home/ada/.env', '*.pem'] }, { argv: ['a*'] }]),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
const policy: fc.Arbitrary<Policy> = fc.array(rule, { maxLength: 6 }).map((rules) => policyOf(...rules));

const call = fc.constantFrom<Omit<PolicyQuestion, 'device' | 'time'>>(
  { tool: 'command_run', effect: 'disrupt', offByDefault: true, args: { argv: ['a', 'b'] } },
  { tool: 'fan_set', effect: 'change', args: {} },
  { tool: 'fan_status', effect: 'read', args: {} },
  { tool: 'file_read', effect: 'read', args: { path: '/home/ada/.env' } },
  { tool: 'file_read', effect: 'read', args: { path: '/home/ada/notes' } },
  { tool: 'file_write', effect: 'change', args: { path: '/home/ada/.ssh/authorized_keys' } },
);
const state: fc.Arbitrary<DeviceState> = fc.record({
  online: fc.boolean(),
  facts: fc.record({ l4t: fc.constantFrom('32.7.6', '36.4.4'), module: fc.constantFrom('nano', 'orin-nano-8gb') }),
});
/** What is left of a state when some of it was never read. */
const forgetting = (whole: DeviceState): fc.Arbitrary<DeviceState | undefined> =>
  fc.option(
    fc.subarray(['l4t', 'module'] as const).map((kept): DeviceState => ({
      ...whole,
      facts: Object.fromEntries(kept.map((key) => [key, whole.facts[key]])),
    })),
    { nil: undefined },
  );
const knownAndForgotten = state.chain((whole) => fc.tuple(fc.constant(whole), forgetting(whole)));
const time = { day: 1, minutes: 0 };

describe('policy', () => {
  it('is never looser for what is not known of a device', () => {
    fc.assert(
      fc.property(policy, call, knownAndForgotten, (rules, question, [whole, part]) => {
        const known = decide(rules, { ...question, time, device: { entry, state: whole } });
        const unknown = decide(rules, { ...question, time, device: { entry, state: part } });
        expect(strictness[unknown.decision]).toBeGreaterThanOrEqual(strictness[known.decision]);
      }),
      { seed: 11, numRuns: runs(1000) },
    );
  });

  it('without a rule of the user that names it, opens neither a tool for any command nor a protected path, whatever the order', () => {
    const blunt = rule.filter(
      ({ tools, arguments: patterns }) =>
        !['command_run', 'file_read', 'file_*'].some((name) => (tools as string[] | undefined)?.includes(name)) ||
        patterns === undefined,
    );
    const rules = fc.array(
      blunt.filter(({ tools }) => !(tools as string[] | undefined)?.includes('command_run')),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(rules, call, state, (written, question, known) => {
        fc.pre(question.offByDefault === true || JSON.stringify(question.args).includes('/.'));
        const verdict = decide(policyOf(...written), { ...question, time, device: { entry, state: known } });
        expect(verdict.decision).toBe('deny');
      }),
      { seed: 13, numRuns: runs(500) },
    );
  });

  it('judges a path alike however it is written', () => {
    const noise = fc.constantFrom('/', '//', '/./', '/x/../', '/../', '/a/b/../../');
    const paths = fc.constantFrom(
      ['etc', 'shadow'],
      ['home', 'ada', '.ssh', 'id_ed25519'],
      ['home', 'ada', '.env'],
      ['proc', '1', 'environ'],
      ['opt', 'app', 'server.pem'],
      ['home', 'ada', 'notes.txt'],
    );
    fc.assert(
      fc.property(
        policy,
        paths,
        fc.array(noise, { minLength: 8, maxLength: 8 }),
        fc.constantFrom('', '/', '/.', '//'),
        (rules, parts, noises, tail) => {
          // At the root `..` leads nowhere; behind a name it would take that away.
          const written = parts
            .map(
              (part, i) => `${i === 0 ? (noises[i] ?? '/') : (noises[i] ?? '/').replace(/^\/\.\.\/$/, '/./')}${part}`,
            )
            .join('');
          const question = { tool: 'file_read', effect: 'read', device: { entry, state: undefined }, time } as const;
          const plain = decidePath(rules, { ...question, path: `/${parts.join('/')}` });
          expect(decidePath(rules, { ...question, path: `${written}${tail}` })).toEqual(plain);
          expect(decide(rules, { ...question, args: { path: `${written}${tail}` } })).toEqual(plain);
        },
      ),
      { seed: 14, numRuns: runs(500) },
    );
  });
});
