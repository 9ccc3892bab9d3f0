import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  policyTestCommand,
  type PolicyTestParts,
  type PolicyTestRequest,
} from '../../../src/adapters/cli/policy-test.js';
import { DeviceBook } from '../../../src/app/device-book.js';
import { GuardedFleet } from '../../../src/app/guarded-fleet.js';
import { defaultChoice, ToolCatalog } from '../../../src/app/tool-catalog.js';
import type { DeviceFacts } from '../../../src/core/device.js';
import type { Effect } from '../../../src/core/effect.js';
import { defineProbe, file } from '../../../src/core/probe/probe.js';
import { Redactor } from '../../../src/core/redact.js';
import type { Tool } from '../../../src/ports/tool.js';
import { FakeFleet } from '../../fakes/fake-fleet.js';
import { deviceEntry, FakeInventory } from '../../fakes/fake-inventory.js';
import { FakePolicySource, type WrittenRule } from '../../fakes/fake-policy-source.js';
import { Screen } from './screen.js';

const { signal } = new AbortController();
const never = (): never => {
  throw new Error('a policy test runs nothing');
};

function tool(name: string, effect: Effect, more: object = {}): Tool {
  const shape = { unit: z.string().optional(), path: z.string().optional() };
  const spec = {
    name,
    area: 'system',
    title: name,
    description: name,
    effect,
    input: z.strictObject(shape),
    output: z.object({}),
    ...more,
  } as const;
  if (effect === 'read') return { kind: 'read', spec, read: never };
  if (name.startsWith('device_')) return { kind: 'inventory', spec, targets: never, prepare: never, perform: never };
  return { kind: 'change', spec, prepare: never, perform: never };
}

const tools = [
  {
    ...tool('service_control', 'disrupt', { resolves: ['unit'] }),
    canonical: ({ unit }: { unit?: string }) => (unit === 'docker' ? { unit: { is: 'docker.service' } } : {}),
  } as Tool,
  tool('fan_set', 'change'),
  tool('file_write', 'change'),
  tool('file_read', 'read'),
  tool('command_run', 'disrupt', { offByDefault: true }),
  tool('device_add', 'change', { withoutSelector: 'none' }),
];
const identity = defineProbe({
  name: 'identity',
  reads: { l4t: file('/l4t') },
  parse: ({ l4t }): DeviceFacts => (l4t.status === 'ok' ? { l4t: l4t.text } : {}),
});

interface Given extends Partial<PolicyTestRequest> {
  readonly rules?: readonly WrittenRule[];
  readonly more?: Partial<PolicyTestParts>;
}

async function test({ rules = [], more = {}, ...request }: Given, screen = new Screen()) {
  const fleet = new FakeFleet({
    'nano-01': { files: { '/l4t': '32.7.6' } },
    'orin-01': { files: { '/l4t': '36.4.4' } },
  });
  const guarded = new GuardedFleet(fleet, new Redactor(), { log: () => undefined }, () => Promise.resolve());
  const parts: PolicyTestParts = {
    catalog: new ToolCatalog(tools, [], { ...defaultChoice, toolsets: ['all'] }),
    inventory: new FakeInventory(deviceEntry('nano-01', { groups: ['lab'] }), 'orin-01'),
    book: new DeviceBook(guarded, identity, { now: () => 0 }),
    policySource: new FakePolicySource(...rules),
    clock: { now: () => 0 },
    readOnly: false,
    disableDisruptive: false,
    ...more,
  };
  const whole = { tool: 'service_control', json: '{"selector":"all"}', asJson: false, at: 'mon 12:30', ...request };
  const code = await policyTestCommand(parts, whole, screen, signal);
  return { code, said: screen.said, noted: screen.noted, fleet };
}

describe('jetfleet policy test', () => {
  it('says what would happen on each device and which rule says so, equal answers once', async () => {
    const rules = [{ then: 'allow', selector: '@lab', because: 'boards to play with' }];
    expect(await test({ rules })).toMatchObject({
      code: 0,
      noted: [],
      said: [
        'service_control (disrupt), mon 12:30, by /policy.yaml and the defaults',
        'allow nano-01 is done without a question',
        '      rules[0]: boards to play with',
        'ask   orin-01 waits for a person: a form of the client, or `jetfleet approve`',
        '      default Every change is asked about unless a rule allows it.',
      ],
    });
    expect((await test({ tool: 'fan_set' })).said[1]).toBe(
      "ask   nano-01, orin-01 waits for consent: a form of the client, `jetfleet approve`, or the plan's token",
    );
    expect((await test({ tool: 'file_read' })).said[1]).toBe('allow nano-01, orin-01 is answered');
  });

  it('prints JSON', async () => {
    const { code, said } = await test({ asJson: true, rules: [{ then: 'deny', selector: 'orin-*', because: 'no' }] });
    expect(code).toBe(0);
    expect(JSON.parse(said.join('\n'))).toEqual({
      tool: 'service_control',
      effect: 'disrupt',
      at: 'mon 12:30',
      policy: '/policy.yaml',
      devices: [
        { device: 'nano-01', decision: 'ask', place: 'default', says: expect.any(String) },
        { device: 'orin-01', decision: 'deny', place: 'rules[0]', because: 'no' },
      ],
    });
  });

  it('judges arguments, paths and the time', async () => {
    const rules = [
      { then: 'allow', arguments: { unit: ['docker*'] }, during: ['sat 22:00-02:00'] },
      { then: 'allow', tools: ['file_write'] },
    ];
    const first = async (given: Given): Promise<string | undefined> =>
      (await test({ rules, ...given })).said[1]?.slice(0, 5);
    const json = '{"selector":"nano-01","unit":"docker.service"}';
    expect(await first({ json, at: 'sun 01:59' })).toBe('allow');
    expect(await first({ json, at: 'sun 02:00' })).toBe('ask  ');
    expect(await first({ tool: 'file_write', json: '{"selector":"nano-01","path":"/opt/x"}' })).toBe('allow');
    expect(await first({ tool: 'file_write', json: '{"selector":"nano-01","path":"/opt/../etc/sudoers"}' })).toBe(
      'deny ',
    );
    expect(await first({ tool: 'command_run', json: '{"selector":"nano-01"}' })).toBe('deny ');
  });

  it('judges names as far as they are known, and says that the device has the last word', async () => {
    const json = '{"selector":"nano-01","unit":"docker"}';
    const denies = { then: 'deny', tools: ['service_*'], arguments: { unit: ['docker.service'] } };
    const { said } = await test({ rules: [denies], json });
    expect(said[1]).toMatch(/^deny/);
    expect(said.at(-1)).toMatch(/^unit is judged here as it is written\. .* the name that each device has for it\.$/);
    for (const given of [{ json }, { json, rules: [{ ...denies, tools: ['fan_set'] }] }, { rules: [denies] }])
      expect((await test(given)).said.join('\n')).not.toContain('as it is written');
  });

  it('asks a device only where a rule must know more of it', async () => {
    const asked = ({ fleet }: Awaited<ReturnType<typeof test>>): string[] =>
      [...fleet.devices.values()].flatMap((device) => device.asked.map(() => device.name));
    expect(asked(await test({ rules: [{ then: 'allow', selector: 'nano-01' }] }))).toEqual([]);
    expect(asked(await test({ rules: [{ then: 'allow', selector: 'nano-01 and l4t<36' }] }))).toEqual(['nano-01']);
    const { said } = await test({ rules: [{ then: 'deny', selector: 'l4t<36' }] });
    expect(said.slice(1)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^deny {2}nano-01/), expect.stringMatching(/^ask {3}orin-01/)]),
    );
  });

  it('says what nobody knows, and which rules name what is not there', async () => {
    const rules = [
      { then: 'deny', selector: 'module=orin-*', tools: ['fan_set'] },
      { then: 'ask', selector: '@rof' },
    ];
    const { said } = await test({ tool: 'fan_set', rules });
    expect(said.join('\n')).toContain('(module is not known, so rules[0] (deny) counts)');
    expect(said.at(-1)).toBe('rules[1]: selector: no group "rof" in the fleet.');
  });

  it.each([
    ['--read-only', { readOnly: true, disableDisruptive: true }, 'fan_set', 'deny '],
    ['--read-only', { readOnly: true }, 'file_read', 'allow'],
    ['--disable-disruptive', { disableDisruptive: true }, 'service_control', 'deny '],
    ['--disable-disruptive', { disableDisruptive: true }, 'fan_set', 'allow'],
  ])('has %s hold whatever the rules allow (%j, %s): %s', async (option, more, name, decision) => {
    const { said } = await test({ tool: name, more, rules: [{ then: 'allow' }] });
    expect(said[1]?.slice(0, 5)).toBe(decision);
    if (decision === 'deny ') expect(said[2]).toBe(`      ${option} No rule and no consent loosens it.`);
  });

  it('has a person asked for edits of the fleet file that rules depend on, unless a rule names the tool', async () => {
    const json = '{}';
    const first = async (...rules: readonly WrittenRule[]): Promise<string | undefined> =>
      (await test({ tool: 'device_add', json, rules })).said[1];
    expect(await first({ then: 'allow' })).toBe('allow the call is done without a question');
    expect(await first({ then: 'deny', selector: '@lab', tools: ['fan_set'] }, { then: 'allow' })).toMatch(
      /^ask {3}the call waits for a person/,
    );
    expect(
      await first({ then: 'deny', selector: '@lab', tools: ['fan_set'] }, { then: 'allow', tools: ['device_add'] }),
    ).toMatch(/^allow/);
  });

  it.each<[string, Given]>([
    ['Which tool?', { tool: undefined }],
    ['Did you mean fan_set?', { tool: 'fan_sett' }],
    ['The arguments are not a JSON object.', { json: '[1]' }],
    ['The arguments are not a JSON object.', { json: '{a:1}' }],
    ['did you mean unit?', { json: '{"selector":"all","units":"x"}' }],
    ['say which of the 2 devices', { json: undefined }],
    ['no device "nano-09" in the fleet', { json: '{"selector":"nano-09"}' }],
    ['No device matches the selector.', { json: '{"selector":"nano-* and not @lab"}' }],
    ['--at takes a day and a time.', { at: 'noon' }],
  ])('exits with 2 and says "%s" for %j', async (words, given) => {
    const { code, said, noted } = await test(given);
    expect([code, said]).toEqual([2, []]);
    expect(noted.join(' ')).toContain(words);
  });

  it('exits with 2 where the policy file cannot be used, and says why', async () => {
    const policySource = new FakePolicySource({ then: 'allow' });
    policySource.spoil();
    const { code, said, noted } = await test({ more: { policySource } });
    expect([code, said]).toEqual([2, []]);
    expect(noted).toEqual([
      '/policy.yaml cannot be used, so every call is refused:',
      '  rules[0].then: then is missing. Write it.',
    ]);
  });
});
