import { expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RunContext } from '../../src/app/run-context.js';
import { Failure } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { AwaitedReport, Call, ChangeTool, Prepared } from '../../src/ports/tool.js';
import { board } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const input = z.strictObject({});
const output = z.object({ mode: z.string() });
const fast = { argv: ['set-mode', 'fast'] as const, sudo: true };

/** Waits for its turn, makes a board fast, and says later how that went. */
class QueueTool implements ChangeTool<typeof input, typeof output> {
  readonly kind = 'change';
  readonly spec = {
    name: 'mode_queue',
    area: 'hardware',
    title: 'Queue',
    description: 'Queues.',
    effect: 'disrupt',
    input,
    output,
  } as const;
  begin: () => void = () => undefined;
  readonly #turn = new Promise<void>((resolve) => (this.begin = resolve));
  waits: (call: Call) => void = () => undefined;
  readonly waiting = new Promise<Call>((resolve) => (this.waits = resolve));

  prepare(): Promise<Prepared> {
    const overdue = { message: 'It took too long.', hint: 'Look at it.' };
    const awaits = { state: {}, says: 'queues', patienceMs: 60_000, overdue, queues: true };
    return Promise.resolve({ says: 'queues', steps: [fast], awaits });
  }
  async perform(_args: object, _prepared: Prepared, device: Device, call: Call): Promise<undefined> {
    call.progress('waits');
    this.waits(call);
    const gone = new Promise<never>((_, reject) =>
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error), { once: true }),
    );
    await Promise.race([this.#turn, gone]);
    await device.run(fast, call.signal);
  }
  settle(): Promise<{ mode: string }> {
    return Promise.resolve({ mode: 'fast' });
  }
}

function lab() {
  const tool = new QueueTool();
  const the = fixture({ solo: board('slow') }, {}, [tool]);
  the.policy = { rules: [{ decision: 'allow', tools: ['mode_queue'], place: 'rules[0]' }] };
  return Object.assign(the, { tool });
}
type Lab = ReturnType<typeof lab>;
const context = (signal: AbortSignal): RunContext => ({ signal, client: { name: 'test', asks: false } });

/** Calls the tool, and goes away while it waits for its turn. */
async function left(the: Lab): Promise<{ id: string; call: Call }> {
  const client = new AbortController();
  const answer = the.runner.run('mode_queue', { selector: 'solo' }, context(client.signal));
  const call = await the.tool.waiting;
  client.abort(new Failure('cancelled', 'The client has gone.'));
  const [unfinished] = (await answer).reply.unfinished ?? [];
  return { id: unfinished?.job ?? '', call };
}
async function ended(the: Lab, id: string, call: Call): Promise<AwaitedReport | undefined> {
  for (let i = 0; i < 400; i++) {
    const report = await the.watch.report(id, 'solo', { ...call, signal: new AbortController().signal });
    if (report?.state === 'ended') return report;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return undefined;
}
const ran = ({ devices }: Lab): readonly string[] => devices.devices.get('solo')?.ran ?? [];

it('what waits for its turn past its call begins when that comes, and its end is looked for', async () => {
  const the = lab();
  const { id, call } = await left(the);
  expect(ran(the)).toEqual([]);
  expect(await the.watch.report(id, 'solo', call)).toMatchObject({ state: 'planned', progress: 'waits' });
  the.tool.begin();
  expect(await ended(the, id, call)).toMatchObject({ outcome: { data: { mode: 'fast' } } });
  expect(ran(the)).toEqual(['set-mode fast']);
});

it('what has its turn at once is answered within the call', async () => {
  const the = lab();
  the.tool.begin();
  const answer = await the.runner.run('mode_queue', { selector: 'solo' }, context(new AbortController().signal));
  expect(answer).toMatchObject({ status: 'done', reply: { groups: [{ data: { mode: 'fast' } }] } });
  expect(await the.awaitedWork.list()).toEqual([]);
});

it('what still waited when its server ended is told as never begun, and is not begun', async () => {
  const the = lab();
  const { id, call } = await left(the);
  await the.watch.stop();
  const [record] = await the.awaitedWork.list();
  const next = lab();
  if (record) await next.awaitedWork.put(record);
  expect(await ended(next, id, call)).toMatchObject({
    outcome: { failure: { message: expect.stringContaining('nothing was done') } },
  });
  expect([...ran(the), ...ran(next)]).toEqual([]);
});
