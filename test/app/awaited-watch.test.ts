import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.js';
import type { AwaitedReport } from '../../src/ports/tool.js';
import type { RunContext } from '../../src/app/run-context.js';
import { fakeCall } from '../fakes/fake-device.js';
import { board, SlowSwitch } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const context: RunContext = { signal: new AbortController().signal, client: { name: 'test', asks: true } };
const args = { selector: 'solo', mode: 'fast' };

function lab() {
  const tool = new SlowSwitch();
  return Object.assign(fixture({ solo: board('slow') }, {}, [tool]), { tool });
}

/** Approves the question of a call and lets it run. */
async function approved(the: ReturnType<typeof lab>, more: Partial<RunContext> = {}) {
  const asked = await the.runner.run('mode_slow', args, context);
  if (asked.status !== 'ask') throw new Error(asked.text);
  const answer = { token: asked.question.token, decision: 'approved' } as const;
  return the.runner.run('mode_slow', args, { ...context, answer, ...more });
}

/** The report on a change, as a tool gets it by its call. */
async function report(the: ReturnType<typeof lab>, id: string): Promise<AwaitedReport | undefined> {
  const none = () => Promise.resolve(undefined);
  const call = { signal: context.signal, deadlineMs: the.now + 44_000, temperatureLimits: {}, now: () => the.now };
  return the.watch.report(id, 'solo', { ...fakeCall(), ...call, changeId: id, awaited: none });
}

const records = async ({ awaitedWork }: ReturnType<typeof lab>) => awaitedWork.list();

describe('a change that has to be waited for', () => {
  it('answers within its call where the end comes soon enough, and leaves no record', async () => {
    const the = lab();
    const answers = ['no', 'away', 'yes'];
    the.tool.ready = () => answers.shift() ?? 'yes';
    expect(await approved(the)).toMatchObject({ status: 'done', reply: { groups: [{ data: { mode: 'fast' } }] } });
    expect(await records(the)).toEqual([]);
  });

  it('fails with what the device says where it ended badly, and when its time is over', async () => {
    const wrong = lab();
    wrong.tool.ready = () => 'wrong';
    expect((await approved(wrong)).reply.failures).toMatchObject([{ message: 'It is in another mode.' }]);
    const late = lab();
    late.tool.ready = () => {
      late.now += 20_000;
      return 'no';
    };
    late.tool.patienceMs = 30_000;
    expect((await approved(late)).reply.failures).toMatchObject([
      { kind: 'timeout', message: 'It did not switch.', hint: 'Look at it.' },
    ]);
    expect(await records(late)).toEqual([]);
  });

  it('is not told as failed for want of a look: what nobody could see is not known', async () => {
    const the = lab();
    the.tool.ready = () => 'away';
    const awaits = { state: {}, says: 'switches', patienceMs: 30_000, overdue: { message: 'Nothing ran.', hint: '' } };
    const asker = { user: 'ada', client: 'x' };
    const record = { id: 'beef', device: 'solo', tool: 'mode_slow', effect: 'disrupt', asker, awaits } as const;
    // The laptop slept for an hour: its first look finds no network yet.
    await the.awaitedWork.put({ ...record, startedAtMs: the.now - 3_600_000, state: 'awaiting' });
    expect(await report(the, 'beef')).toMatchObject({ state: 'awaiting' });
    the.now += 20_000;
    expect(await report(the, 'beef')).toMatchObject({ state: 'awaiting' });
    the.now += 20_000;
    const told = await report(the, 'beef');
    expect(told).toMatchObject({ state: 'ended', outcome: { failure: { kind: 'unreachable' } } });
    expect(JSON.stringify(told)).not.toContain('Nothing ran');
    // A device that restarts is expected to be away, and its own words are told when it stays away.
    await the.awaitedWork.put({
      ...record,
      id: 'cafe',
      awaits: { ...awaits, restarts: true },
      startedAtMs: the.now,
      state: 'awaiting',
    });
    for (const ms of [0, 20_000, 20_000]) {
      the.now += ms;
      await report(the, 'cafe');
    }
    expect(await report(the, 'cafe')).toMatchObject({
      outcome: { failure: { kind: 'timeout', message: 'Nothing ran.' } },
    });
  });

  it('tells each look for how long the device has been reached without a gap', async () => {
    const the = lab();
    const awaits = { state: {}, says: '', patienceMs: 3_600_000, overdue: { message: '', hint: '' } };
    const asker = { user: 'ada', client: 'x' };
    const record = { id: 'beef', device: 'solo', tool: 'mode_slow', effect: 'disrupt', asker, awaits } as const;
    await the.awaitedWork.put({ ...record, startedAtMs: the.now - 100_000, state: 'awaiting' });
    for (const [ms, answer] of [
      [0, 'away'],
      [20_000, 'no'],
      [20_000, 'no'],
      [20_000, 'away'],
      [20_000, 'no'],
      [20_000, 'no'],
      [70_000, 'no'],
    ] as const) {
      the.now += ms;
      the.tool.ready = () => answer;
      await report(the, 'beef');
    }
    expect(the.tool.looks.map(({ reachedForMs }) => reachedForMs)).toEqual([0, 0, 20_000, 40_000, 0, 20_000, 0]);
    expect(the.tool.looks.at(1)?.beganAgoMs).toBe(120_000);
  });

  it('goes on when the call has to answer, and says under which id', async () => {
    const the = lab();
    the.tool.patienceMs = 60 * 60_000;
    the.tool.ready = () => {
      the.now += 20_000;
      return 'no';
    };
    const outcome = await approved(the);
    expect(outcome).toMatchObject({ status: 'done', reply: { summary: { ok: 0, failed: 0, unfinished: 1 } } });
    const [unfinished] = outcome.reply.unfinished ?? [];
    expect(unfinished).toMatchObject({ says: 'switches', devices: ['solo'] });
    the.tool.ready = () => 'yes';
    const id = unfinished?.job ?? '';
    let state: AwaitedReport | undefined;
    for (let i = 0; i < 200 && state?.state !== 'ended'; i++) {
      state = await report(the, id);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(state).toMatchObject({ tool: 'mode_slow', state: 'ended', outcome: { data: { mode: 'fast' } } });
    expect(the.audit.entries.at(-1)).toMatchObject({ id, event: 'settled', device: 'solo', result: 'ok' });
    await the.watch.stop();
  });

  it('ends as overdue, also long after the call, where the device never gets there', async () => {
    const the = lab();
    the.tool.patienceMs = 10 * 60_000;
    the.tool.ready = () => {
      the.now += 20_000;
      return 'no';
    };
    const [unfinished] = (await approved(the)).reply.unfinished ?? [];
    const id = unfinished?.job ?? '';
    expect(await report(the, id)).toMatchObject({ state: 'awaiting' });
    the.now += 10 * 60_000;
    let state: AwaitedReport | undefined;
    for (let i = 0; i < 200 && state?.state !== 'ended'; i++) {
      state = await report(the, id);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(state).toMatchObject({
      outcome: { failure: { kind: 'timeout', message: 'It did not switch.', hint: 'Look at it.' } },
    });
    expect(the.audit.entries.at(-1)).toMatchObject({ id, event: 'settled', device: 'solo', result: 'timeout' });
    await the.watch.stop();
  });

  it('is on disk before its first step, so that another server sees it through after this one was killed', async () => {
    const the = lab();
    const gone = new AbortController();
    the.tool.beside = (_device, own) =>
      new Promise((_, reject) => own.addEventListener('abort', () => reject(new Failure('cancelled', 'Gone.'))));
    const running = approved(the, { signal: gone.signal });
    for (let i = 0; i < 200 && (await records(the)).length === 0; i++) await new Promise((r) => setTimeout(r, 5));
    expect(await records(the)).toMatchObject([{ device: 'solo', state: 'planned', tool: 'mode_slow' }]);
    const [record] = await records(the);
    const later = lab();
    later.tool.ready = () => 'yes';
    // Of a step that was never about to be sent there is nothing to guess.
    if (record) await later.awaitedWork.put(record);
    expect(await report(later, record?.id ?? '')).toMatchObject({
      state: 'ended',
      outcome: { failure: { kind: 'cancelled', message: expect.stringContaining('nothing was done') } },
    });
    if (record) await later.awaitedWork.put({ ...record, state: 'acting' });
    expect(await report(later, record?.id ?? '')).toMatchObject({
      state: 'ended',
      outcome: { data: { mode: 'fast' } },
    });
    gone.abort();
    await running;
    await the.watch.stop();
  });

  it('does not send its first step where another server has given it up meanwhile', async () => {
    const the = lab();
    let goOn: () => void = () => undefined;
    the.tool.beside = () => new Promise((resolve) => (goOn = () => resolve(undefined)));
    const running = approved(the);
    for (let i = 0; i < 200 && (await records(the)).length === 0; i++) await new Promise((r) => setTimeout(r, 5));
    const [record] = await records(the);
    if (record) await the.awaitedWork.put({ ...record, state: 'ended' });
    goOn();
    const { reply } = await running;
    expect(reply.failures).toMatchObject([
      { kind: 'not_allowed', message: expect.stringContaining('gave this change up') },
    ]);
    expect([...the.devices.devices.values()].flatMap((device) => device.ran)).toEqual([]);
    await the.watch.stop();
  });

  it('is taken up by the sweep of a server that starts', async () => {
    const the = lab();
    the.tool.ready = () => 'yes';
    const awaits = {
      state: { mode: 'fast' },
      says: 'switches',
      patienceMs: 60_000,
      overdue: { message: '', hint: '' },
    };
    const record = {
      id: 'feed',
      device: 'solo',
      tool: 'mode_slow',
      effect: 'disrupt',
      asker: { user: 'ada', client: 'x' },
      awaits,
      startedAtMs: the.now,
    } as const;
    await the.awaitedWork.put({ ...record, state: 'awaiting' });
    await the.awaitedWork.put({ ...record, id: 'other', tool: 'unknown_tool', state: 'awaiting' });
    the.watch.start();
    for (let i = 0; i < 200 && (await the.awaitedWork.get('feed', 'solo'))?.state !== 'ended'; i++)
      await new Promise((r) => setTimeout(r, 5));
    expect(await the.awaitedWork.get('feed', 'solo')).toMatchObject({
      state: 'ended',
      outcome: { data: { mode: 'fast' } },
    });
    expect(await the.awaitedWork.get('other', 'solo')).toMatchObject({ state: 'awaiting' });
    await the.watch.stop();
  });

  it('says nothing of a change that nobody knows', async () => {
    expect(await report(lab(), 'beef')).toBeUndefined();
  });

  it('is watched on where its step was lost without an exit code', async () => {
    const the = lab();
    the.tool.ready = () => 'yes';
    const device = the.devices.devices.get('solo');
    const lost = new Failure('command_failed', 'It ended without an exit code.', { retry: 'check_first' });
    if (device)
      device.board = {
        ...device.board,
        programs: {
          'set-mode': () => {
            throw lost;
          },
        },
      };
    expect(await approved(the)).toMatchObject({ status: 'done', reply: { groups: [{ data: { mode: 'fast' } }] } });
  });
});
