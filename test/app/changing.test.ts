import { describe, expect, it } from '@jest/globals';
import type { Outcome, RunContext } from '../../src/app/run-context.js';
import { Failure } from '../../src/core/errors.js';
import { board, GroupTool, SwitchTool } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const signal = new AbortController().signal;
const silent: RunContext = { signal, client: { name: 'test 1.0', asks: false } };
const asking: RunContext = { signal, client: { name: 'test 1.0', asks: true } };
const args = { selector: 'all', mode: 'fast' };

function lab(effect: 'change' | 'disrupt' = 'change') {
  const tool = new SwitchTool(effect);
  const group = new GroupTool();
  return Object.assign(
    fixture({ 'nano-01': board('slow'), 'nano-02': board('slow'), orin: board('fast') }, {}, [tool, group]),
    {
      tool,
      group,
    },
  );
}

const ran = ({ devices }: ReturnType<typeof lab>): string[] =>
  [...devices.devices.values()].flatMap((device) => device.ran);
const token = (outcome: Outcome): string => outcome.reply.plan?.token ?? '';
const question = (outcome: Outcome): string => (outcome.status === 'ask' ? outcome.question.token : '');
const why = ({ reply }: Outcome): string => reply.failures?.[0]?.message ?? '';

describe('a change', () => {
  it('is planned for every device, equal plans said once, and touches nothing', async () => {
    const the = lab();
    const outcome = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    expect(outcome.status).toBe('done');
    expect(outcome.reply.summary).toEqual({ ok: 3, failed: 0, skipped: 0 });
    expect(outcome.reply.plan?.steps).toEqual([
      {
        devices: ['nano-01', 'nano-02'],
        says: 'switches from slow to fast',
        commands: ['sudo set-mode fast'],
        undo: { tool: 'mode_set', arguments: { mode: 'slow' } },
      },
      { devices: ['orin'], says: 'is fast already', commands: [] },
    ]);
    expect(ran(the)).toEqual([]);
    expect(the.audit.entries.map(({ event }) => event)).toEqual(['planned']);
  });

  it('is carried out with the token of its plan, once, and reports what devices say afterwards', async () => {
    const the = lab();
    const plan = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    const done = await the.runner.run('mode_set', { ...args, token: token(plan) }, silent);
    expect(done.reply.groups).toEqual([{ devices: ['nano-01', 'nano-02', 'orin'], data: { mode: 'fast' } }]);
    expect(ran(the)).toEqual(['set-mode fast', 'set-mode fast']);
    const again = await the.runner.run('mode_set', { ...args, token: token(plan) }, silent);
    expect([again.status, why(again)]).toEqual(['failed', 'This token was used already; each is good for one call.']);
    expect(ran(the)).toHaveLength(2);
  });

  it('without consent is refused with its plan and how to agree to it', async () => {
    const the = lab();
    const outcome = await the.runner.run('mode_set', args, silent);
    expect(outcome).toMatchObject({
      status: 'failed',
      reply: { failures: [{ kind: 'not_confirmed', message: 'The user has to agree first.' }] },
    });
    expect(token(outcome)).toMatch(/^plan-/);
    expect(ran(the)).toEqual([]);
    expect(the.audit.entries.map(({ event }) => event)).toEqual(['refused']);
  });

  it('that disrupts wants a person: no token alone, a form, or approval on a terminal', async () => {
    const the = lab('disrupt');
    const plan = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    const alone = await the.runner.run('mode_set', { ...args, token: token(plan) }, silent);
    expect([alone.status, why(alone)]).toEqual([
      'failed',
      'Only a person can agree to this, and this client cannot ask one.',
    ]);
    const code = alone.reply.plan?.code ?? '';
    expect(alone.text).toContain(`jetfleet approve ${code}`);
    await the.consents.approve(code, 'ada');
    expect((await the.runner.run('mode_set', { ...args, token: token(plan) }, silent)).status).toBe('done');
    expect(the.audit.entries.find(({ event }) => event === 'began')).toMatchObject({
      by: 'terminal',
      tool: 'mode_set',
      effect: 'disrupt',
    });
  });

  it('wants a person for a plan that takes a safeguard away, whatever the tool does otherwise', async () => {
    const the = lab();
    the.tool.person = true;
    const plan = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    const alone = await the.runner.run('mode_set', { ...args, token: token(plan) }, silent);
    expect([alone.status, why(alone)]).toEqual([
      'failed',
      'Only a person can agree to this, and this client cannot ask one.',
    ]);
    expect(ran(the)).toEqual([]);
    expect((await the.runner.run('mode_set', args, asking)).status).toBe('ask');
  });

  it('asks where a person can be asked, and takes only a clear yes to exactly that', async () => {
    const the = lab('disrupt');
    const asked = await the.runner.run('mode_set', args, asking);
    expect(asked).toMatchObject({
      status: 'ask',
      question: {
        message: expect.stringContaining('nano-01, nano-02: switches from slow to fast\n  sudo set-mode fast'),
      },
    });
    expect(ran(the)).toEqual([]);
    for (const decision of ['declined', 'cancelled', 'timed_out'] as const) {
      const first = await the.runner.run('mode_set', args, asking);
      const no = await the.runner.run('mode_set', args, { ...asking, answer: { token: question(first), decision } });
      expect(no).toMatchObject({ status: 'failed', reply: { failures: [{ kind: 'not_confirmed' }] } });
    }
    expect(ran(the)).toEqual([]);
    const approved = { ...asking, answer: { token: question(asked), decision: 'approved' as const } };
    expect((await the.runner.run('mode_set', args, approved)).status).toBe('done');
    expect((await the.runner.run('mode_set', args, approved)).status).toBe('failed');
    expect(ran(the)).toHaveLength(2);
  });

  it('needs no consent where there is nothing to do', async () => {
    const the = lab('disrupt');
    expect(await the.runner.run('mode_set', { selector: 'orin', mode: 'fast' }, silent)).toMatchObject({
      status: 'done',
      reply: { groups: [{ data: { mode: 'fast' } }] },
    });
  });

  it.each([
    ['other arguments', { ...args, mode: 'idle' }, 'This token is for other arguments.'],
    ['fewer devices', { ...args, selector: 'nano-01' }, 'without nano-02, orin'],
    ['more devices', { ...args, selector: 'all' }, 'with nano-02, orin besides'],
  ])('with a token for %s is refused', async (_what, later, says) => {
    const the = lab();
    const selector = says.startsWith('with ') ? 'nano-01' : 'all';
    const plan = await the.runner.run('mode_set', { ...args, selector, plan: true }, silent);
    const outcome = await the.runner.run('mode_set', { ...later, token: token(plan) }, silent);
    expect(why(outcome)).toContain(says);
    expect(ran(the)).toEqual([]);
  });

  it('is refused once a device, the fleet file or the time is another, saying what', async () => {
    const the = lab();
    const plans = await Promise.all([1, 2, 3].map(() => the.runner.run('mode_set', { ...args, plan: true }, silent)));
    const [first, second, third] = plans.map(token);
    const device = the.devices.devices.get('nano-01');
    if (device) device.board = board('idle');
    expect(why(await the.runner.run('mode_set', { ...args, token: first }, silent))).toContain(
      'nano-01: mode was slow and is idle',
    );
    if (device) device.board = board('slow');
    the.entries = the.entries.map((entry) => ({ ...entry, labels: { site: 'roof' } }));
    expect(why(await the.runner.run('mode_set', { ...args, token: second }, silent))).toContain(
      'the fleet file changed',
    );
    the.now += 10 * 60_000;
    expect(why(await the.runner.run('mode_set', { ...args, token: third }, silent))).toContain('expired');
    expect(why(await the.runner.run('mode_set', { ...args, token: 'plan-guessed' }, silent))).toContain('Nobody knows');
    expect(ran(the)).toEqual([]);
  });

  it('does nothing beside its approved steps, and none of them twice', async () => {
    const the = lab();
    for (const beside of [
      ['set-mode', 'hacked'],
      ['set-mode', 'fast'],
    ] as const) {
      the.tool.beside = async (device, own) => {
        await device.run({ argv: [...beside], sudo: true }, own);
      };
      const plan = await the.runner.run('mode_set', { selector: 'nano-01', mode: 'fast', plan: true }, silent);
      const outcome = await the.runner.run(
        'mode_set',
        { selector: 'nano-01', mode: 'fast', token: token(plan) },
        silent,
      );
      expect(outcome.reply.failures).toMatchObject([{ kind: 'not_allowed', devices: ['nano-01'] }]);
    }
    expect(ran(the)).toEqual(['set-mode fast']);
  });

  it('does not run what cannot be recorded', async () => {
    const the = lab();
    const plan = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    the.audit.broken = true;
    expect((await the.runner.run('mode_set', { ...args, token: token(plan) }, silent)).reply.failures).toMatchObject([
      { kind: 'not_allowed' },
    ]);
    expect(ran(the)).toEqual([]);
  });

  it('records who, what, why and how it ended, every step of it, without secrets', async () => {
    const the = lab();
    the.redactor.add('hunter22');
    const fast = { selector: 'nano-01', mode: 'hunter22' };
    const plan = await the.runner.run('mode_set', { ...fast, plan: true }, silent);
    await the.runner.run('mode_set', { ...fast, token: token(plan) }, silent);
    expect(the.audit.entries.map(({ event }) => event)).toEqual([
      'planned',
      'consent',
      'began',
      'step',
      'step_ended',
      'ended',
    ]);
    expect(the.audit.entries).toContainEqual(
      expect.objectContaining({ asker: { user: 'ada', client: 'test 1.0' }, event: 'consent', by: 'token' }),
    );
    expect(the.audit.entries.at(-1)).toMatchObject({ event: 'ended', ok: ['nano-01'], failed: [], unfinished: [] });
    expect(new Set(the.audit.entries.map(({ id }) => id)).size).toBe(1);
    expect(JSON.stringify([the.audit.entries, [...the.consents.plans.values()]])).not.toContain('hunter22');
  });

  it('hides no device that failed while it was prepared', async () => {
    const the = lab();
    const device = the.devices.devices.get('nano-02');
    if (device) device.board = { failing: new Failure('unreachable', 'No route.') };
    const plan = await the.runner.run('mode_set', { ...args, plan: true }, silent);
    expect(plan.reply).toMatchObject({
      summary: { ok: 2, failed: 1 },
      failures: [{ kind: 'unreachable', devices: ['nano-02'] }],
    });
    const done = await the.runner.run('mode_set', { ...args, token: token(plan) }, silent);
    expect(done.reply.summary).toEqual({ ok: 2, failed: 1, skipped: 0 });
  });

  it('of the fleet file is guarded like any other', async () => {
    const the = lab();
    const plan = await the.runner.run('device_group', { selector: 'orin', group: 'lab', plan: true }, silent);
    expect(plan.reply.plan?.steps).toMatchObject([{ commands: ['fleet file: set {"groups":["lab"]}'] }]);
    the.group.edits = (group, device) => ({ edit: 'set', device, settings: { groups: [group, 'admins'] } as never });
    const sly = await the.runner.run('device_group', { selector: 'orin', group: 'lab', token: token(plan) }, silent);
    expect(sly.reply.failures).toMatchObject([{ kind: 'not_allowed' }]);
    expect(the.edits).toEqual([]);
  });

  it('that is cut after a step says that it was sent, and not to call again blindly', async () => {
    const the = lab();
    const device = the.devices.devices.get('nano-01');
    const plan = await the.runner.run('mode_set', { selector: 'nano-01', mode: 'fast', plan: true }, silent);
    const cut = new Failure('unreachable', 'The link was cut.', { retry: 'yes' });
    if (device)
      device.board = {
        ...board('slow'),
        programs: {
          'set-mode': () => {
            device.board = { failing: cut };
            return { text: '' };
          },
        },
      };
    const { reply } = await the.runner.run(
      'mode_set',
      { selector: 'nano-01', mode: 'fast', token: token(plan) },
      silent,
    );
    expect(reply.failures).toMatchObject([
      {
        kind: 'unreachable',
        retry: 'check_first',
        message: 'The link was cut. 1 of 1 step had been sent by then.',
        hint: expect.stringContaining('look at the device'),
      },
    ]);
  });
});
