import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RunContext } from '../../src/app/run-context.js';
import { Failure, Withdrawn } from '../../src/core/errors.js';
import { jobIdPattern } from '../../src/core/jobs/job-commands.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Awaits, AwaitedReport, Call, ChangeTool, Prepared } from '../../src/ports/tool.js';
import { board } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const input = z.strictObject({});
const output = z.object({ mode: z.string() });
const fast = { argv: ['set-mode', 'fast'] as const, sudo: true };
const slow = { argv: ['set-mode', 'slow'] as const, sudo: true };

/** A promise to be kept by the test. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((keep) => (resolve = keep));
  return { promise, resolve };
}

/** Makes a board fast, works for as long as it is let, and makes it slow again. */
class WorkTool implements ChangeTool<typeof input, typeof output> {
  readonly kind = 'change';
  readonly spec = {
    name: 'mode_work',
    area: 'hardware',
    title: 'Work',
    description: 'Works.',
    effect: 'disrupt',
    input,
    output,
  } as const;
  readonly began = later<Call>();
  readonly work = later<string>();

  prepare(): Promise<Prepared> {
    const overdue = { message: 'It took too long.', hint: 'Look at it.' };
    return Promise.resolve({
      says: 'works',
      steps: [fast, slow],
      awaits: { state: {}, says: 'works', patienceMs: 60_000, overdue, outlives: true, afterwards: [slow] },
    });
  }
  async perform(_args: object, _prepared: Prepared, device: Device, call: Call): Promise<{ mode: string }> {
    await device.run(fast, call.signal);
    call.progress('works hard');
    this.began.resolve(call);
    const gone = new Promise<never>((_, reject) =>
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error), { once: true }),
    );
    const mode = await Promise.race([this.work.promise, gone]);
    await device.run(slow, call.signal);
    return { mode };
  }
  async settle(_awaits: Awaits, device: Device, { signal }: Call): Promise<never> {
    await device.run(slow, signal);
    throw new Failure('command_failed', 'The server that worked has ended; the mode was put back.');
  }
}

function lab() {
  const tool = new WorkTool();
  const the = fixture({ solo: board('slow') }, {}, [tool]);
  return Object.assign(the, { tool, rule: (the.policy = { rules: [allow] }) });
}
const allow = { decision: 'allow', tools: ['mode_work'], place: 'rules[0]' } as const;
type Lab = ReturnType<typeof lab>;

const ran = ({ devices }: Lab): string[] => [...(devices.devices.get('solo')?.ran ?? [])];
const run = ({ runner }: Lab, signal = new AbortController().signal) =>
  runner.run('mode_work', { selector: 'solo' }, { signal, client: { name: 'test', asks: false } } satisfies RunContext);

/** The report of a change, asked until it has ended. */
async function ended(the: Lab, id: string, call: Call): Promise<AwaitedReport | undefined> {
  for (let i = 0; i < 400; i++) {
    const report = await the.watch.report(id, 'solo', { ...call, signal: new AbortController().signal });
    if (report?.state === 'ended') return report;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return undefined;
}

describe('work of the server that may outlast its call', () => {
  it('answers within its call where it ends soon enough, and leaves no record', async () => {
    const the = lab();
    the.tool.work.resolve('worked');
    expect(await run(the)).toMatchObject({ status: 'done', reply: { groups: [{ data: { mode: 'worked' } }] } });
    expect(await the.awaitedWork.list()).toEqual([]);
    expect(ran(the)).toEqual(['set-mode fast', 'set-mode slow']);
  });

  it('goes on when nobody waits any more, says how far it is, and its end is on record', async () => {
    const the = lab();
    const client = new AbortController();
    const answer = run(the, client.signal);
    const call = await the.tool.began.promise;
    client.abort(new Failure('cancelled', 'The client has gone.'));
    const [unfinished] = (await answer).reply.unfinished ?? [];
    expect(unfinished).toMatchObject({ says: 'works', devices: ['solo'], job: expect.stringMatching(jobIdPattern) });
    expect(call.signal.aborted).toBe(false);
    const id = unfinished?.job ?? '';
    expect(await the.watch.report(id, 'solo', call)).toMatchObject({ state: 'awaiting', progress: 'works hard' });
    the.tool.work.resolve('worked');
    expect(await ended(the, id, call)).toMatchObject({ outcome: { data: { mode: 'worked' } } });
    expect(the.audit.entries.at(-1)).toMatchObject({ id, event: 'settled', result: 'ok' });
  });

  it('ends when the client takes the call back', async () => {
    const the = lab();
    const client = new AbortController();
    const answer = run(the, client.signal);
    await the.tool.began.promise;
    client.abort(new Withdrawn());
    expect(await answer).toMatchObject({ status: 'failed', reply: { failures: [{ kind: 'cancelled' }] } });
    expect(await the.awaitedWork.list()).toEqual([]);
  });

  it('that its server did not see to the end is put in order by the next, with what was approved for that', async () => {
    const the = lab();
    const client = new AbortController();
    const answer = run(the, client.signal);
    const call = await the.tool.began.promise;
    client.abort(new Failure('cancelled', 'The client has gone.'));
    await answer;
    await the.watch.stop();
    const [record] = await the.awaitedWork.list();
    expect(record).toMatchObject({ tool: 'mode_work', device: 'solo' });
    const next = lab();
    if (record) await next.awaitedWork.put(record);
    const report = await ended(next, record?.id ?? '', call);
    expect(report).toMatchObject({ outcome: { failure: { message: expect.stringContaining('was put back') } } });
    expect(ran(next)).toEqual(['set-mode slow']);
    expect(next.audit.entries.map(({ event }) => event)).toEqual(['step', 'step_ended', 'settled']);
  });

  it('gets nothing afterwards but what was approved for that', async () => {
    const the = lab();
    const record = { id: 'c0ffee0000000001', device: 'solo', tool: 'mode_work', effect: 'disrupt' } as const;
    const awaits = { state: {}, says: 'works', patienceMs: 60_000, overdue: { message: '', hint: '' } };
    await the.awaitedWork.put({
      ...record,
      asker: { user: 'ada', client: 'test' },
      awaits,
      startedAtMs: the.now,
      state: 'acting',
    });
    the.tool.work.resolve('');
    await run(the);
    const call = await the.tool.began.promise;
    expect(await ended(the, record.id, call)).toMatchObject({ outcome: { failure: { kind: 'not_allowed' } } });
  });
});
