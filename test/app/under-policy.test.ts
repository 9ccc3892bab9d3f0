import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../src/app/run-context.js';
import type { PolicyRule } from '../../src/core/policy/policy.js';
import { parseSelector } from '../../src/core/selector/parse.js';
import { board, GroupTool, SwitchTool } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const signal = new AbortController().signal;
const silent: RunContext = { signal, client: { name: 'test', asks: false } };
const asking: RunContext = { signal, client: { name: 'test', asks: true } };
const args = { selector: 'all', mode: 'fast' };

function lab(...rules: readonly Omit<PolicyRule, 'place'>[]) {
  const tool = new SwitchTool('disrupt');
  const boards = { 'nano-01': board('slow'), orin: { ...board('slow'), runs: { echo: { text: 'hi' } } } };
  const the = fixture(boards, {}, [tool, new GroupTool()]);
  the.policy = { rules: rules.map((rule, i) => ({ ...rule, place: `rules[${i}]` })) };
  return the;
}
const ran = ({ devices }: ReturnType<typeof lab>): string[] =>
  [...devices.devices.values()].flatMap((device) => device.ran);

describe('the policy', () => {
  it('lets a change go where a rule allows it, and says so in the audit log', async () => {
    const the = lab({ decision: 'allow', tools: ['mode_set'] });
    expect((await the.runner.run('mode_set', args, silent)).status).toBe('done');
    expect(ran(the)).toHaveLength(2);
    expect(the.audit.entries.find(({ event }) => event === 'began')).toMatchObject({ by: 'policy' });
  });

  it('allows nothing to a call that nobody watches and nobody said yes to', async () => {
    const the = lab({ decision: 'allow', tools: ['mode_set'] });
    const outcome = await the.runner.run('mode_set', args, {
      signal,
      client: { name: 'cli', asks: false, unattended: 'refuses' },
    });
    expect(outcome.reply.failures).toMatchObject([{ kind: 'not_confirmed', hint: expect.stringContaining('--yes') }]);
    expect(ran(the)).toEqual([]);
  });

  it('alone counts where nobody watches: no token does', async () => {
    const the = lab();
    const plan = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    const client = { name: 'cli', asks: false, unattended: 'by_policy' } as const;
    const outcome = await the.runner.run('mode_set', { ...args, token: plan.reply.plan?.token }, { signal, client });
    expect(outcome.reply.failures).toMatchObject([{ kind: 'not_confirmed' }]);
    the.policy = { rules: [{ decision: 'allow', tools: ['mode_set'], place: 'rules[0]' }] };
    expect((await the.runner.run('mode_set', args, { signal, client })).status).toBe('done');
  });

  it('keeps a denied device out, unasked, and goes on with the others', async () => {
    const the = lab(
      { decision: 'deny', selector: parseSelector('@nanos'), because: 'moves' },
      { decision: 'allow', tools: ['mode_set'] },
    );
    const { reply } = await the.runner.run('mode_set', args, silent);
    expect(reply).toMatchObject({
      summary: { ok: 1, failed: 1 },
      failures: [{ kind: 'not_allowed', devices: ['nano-01'], message: expect.stringContaining('moves') }],
    });
    expect(the.devices.devices.get('nano-01')?.asked).toEqual([]);
    expect(the.audit.entries[0]).toMatchObject({ event: 'refused', devices: ['nano-01'] });
  });

  it.each([
    ['fast', `jetfleet policy test mode_set '{"selector":"nano-01,orin","mode":"fast"}'`],
    ["it's\nso", `jetfleet policy test mode_set '{"selector":"nano-01,orin","mode":"it'\\''s\\nso"}'`],
    ['f'.repeat(300), `jetfleet policy test mode_set '{...}', with this call's arguments`],
  ])('says how to ask why it denies %j', async (mode, command) => {
    const the = lab({ decision: 'deny', tools: ['mode_set'] });
    const { reply } = await the.runner.run('mode_set', { ...args, mode }, silent);
    expect(reply.failures).toMatchObject([{ kind: 'not_allowed', devices: ['nano-01', 'orin'] }]);
    expect(reply.failures?.[0]?.hint).toMatch(/^Only the user can change this, in /);
    expect(reply.failures?.[0]?.hint?.endsWith(`What explains it: ${command}`)).toBe(true);
  });

  it('asks about all as soon as one device is to be asked about', async () => {
    const the = lab({ decision: 'allow', selector: parseSelector('@nanos') });
    expect((await the.runner.run('mode_set', args, asking)).status).toBe('ask');
    expect((await the.runner.run('mode_set', { ...args, selector: 'nano-01' }, asking)).status).toBe('done');
  });

  it('refuses everything while its file is broken', async () => {
    const the = lab();
    the.policyProblems = [
      { line: 2, field: 'rules[0].then', message: 'is missing.', fix: 'Write allow, ask or deny.' },
    ];
    for (const tool of ['mode_set', 'system_echo']) {
      const { reply, status } = await the.runner.run(tool, tool === 'mode_set' ? args : { selector: 'all' }, asking);
      expect([status, reply.failures?.[0]?.kind]).toEqual(['failed', 'not_allowed']);
      expect(reply.failures?.[0]?.message).toContain('line 2, rules[0].then');
    }
  });

  it('denies and asks about reading too', async () => {
    const denied = lab({ decision: 'deny', tools: ['system_echo'], selector: parseSelector('@nanos') });
    const { reply } = await denied.runner.run('system_echo', { selector: 'all' }, asking);
    expect(reply).toMatchObject({
      summary: { ok: 1, failed: 1 },
      failures: [{ kind: 'not_allowed', devices: ['nano-01'] }],
    });
    const ask = lab({ decision: 'ask', tools: ['system_echo'] });
    expect((await ask.runner.run('system_echo', { selector: 'orin' }, silent)).status).toBe('failed');
    const asked = await ask.runner.run('system_echo', { selector: 'orin' }, asking);
    const token = asked.status === 'ask' ? asked.question.token : '';
    expect(ask.devices.devices.get('orin')?.asked).toEqual([]);
    const done = await ask.runner.run(
      'system_echo',
      { selector: 'orin' },
      { ...asking, answer: { token, decision: 'approved' } },
    );
    expect(done).toMatchObject({ status: 'done', reply: { groups: [{ data: { said: 'hi' } }] } });
  });

  it('wants a person for edits of the fleet file where its rules select by that file', async () => {
    const group = { selector: 'orin', group: 'nanos' };
    const plain = lab();
    expect((await plain.runner.run('device_group', { ...group, plan: true }, silent)).reply.plan?.code).toBeUndefined();
    const moved = lab({ decision: 'allow', selector: parseSelector('@nanos or orin') });
    const plan = await moved.runner.run('device_group', { ...group, plan: true }, silent);
    expect(plan.reply.plan?.code).toMatch(/^\w{4}-\w{4}$/);
    const sly = await moved.runner.run('device_group', { ...group, token: plan.reply.plan?.token }, silent);
    expect([sly.status, moved.edits]).toEqual(['failed', []]);
  });

  it('has what it keeps back from reading on record, once, and what an option took away', async () => {
    const the = lab({ decision: 'deny', tools: ['system_echo'], selector: parseSelector('@nanos') });
    await the.runner.run('system_echo', { selector: 'all' }, silent);
    expect(the.audit.entries).toMatchObject([
      {
        event: 'refused',
        tool: 'system_echo',
        effect: 'read',
        devices: ['nano-01'],
        asker: { user: 'ada', client: 'test' },
      },
    ]);
    const ask = lab({ decision: 'ask', tools: ['system_echo'] });
    await ask.runner.run('system_echo', { selector: 'orin' }, silent);
    expect(ask.audit.entries).toMatchObject([{ event: 'refused', why: expect.stringContaining('cannot ask') }]);
    const allowed = lab();
    await allowed.runner.run('system_echo', { selector: 'orin' }, silent);
    expect(allowed.audit.entries).toEqual([]);
  });
});
