import type { z } from 'zod';
import { expect, it } from '@jest/globals';
import { Failure, Withdrawn } from '../../src/core/errors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { board, SlowSwitch } from './change-tools.js';
import { fixture } from './runner-fixture.js';

/** Goes on after its call, and can be ended. */
class Stoppable extends SlowSwitch {
  override async prepare(args: z.output<SlowSwitch['spec']['input']>, device: Device, call: Call): Promise<Prepared> {
    const plan = await super.prepare(args, device, call);
    return { ...plan, steps: [...plan.steps, { argv: ['set-mode', 'stopped'] }] };
  }

  override async perform(_args: object, { steps }: Prepared, device: Device, { signal }: Call): Promise<never> {
    if (steps[0] && 'argv' in steps[0]) await device.run(steps[0], signal);
    return undefined as never;
  }

  async withdraw({ steps }: Prepared, device: Device, { signal }: Call): Promise<void> {
    if (steps[1] && 'argv' in steps[1]) await device.run(steps[1], signal);
  }
}

it.each<readonly [when: string, reason: Failure, ran: readonly string[]]>([
  ['the client takes the call back', new Withdrawn(), ['set-mode fast', 'set-mode stopped']],
  ['the client is gone', new Failure('cancelled', 'The client has gone.'), ['set-mode fast']],
  ['the call has no time left', new Failure('timeout', 'The 45 seconds are over.'), ['set-mode fast']],
])('where %s, what it began is ended, or goes on', async (_when, reason, ran) => {
  const tool = new Stoppable();
  const the = fixture({ solo: board('slow') }, {}, [tool]);
  const args = { selector: 'solo', mode: 'fast' };
  const client = { name: 'test', asks: true };
  const asked = await the.runner.run('mode_slow', args, { signal: new AbortController().signal, client });
  if (asked.status !== 'ask') throw new Error(asked.text);
  const stop = new AbortController();
  tool.ready = () => {
    stop.abort(reason);
    return 'no';
  };
  const answer = { token: asked.question.token, decision: 'approved' } as const;
  const outcome = await the.runner.run('mode_slow', args, { signal: stop.signal, client, answer });
  await the.watch.stop();
  expect(outcome.reply.summary.unfinished).toBe(1);
  expect(the.devices.devices.get('solo')?.ran).toEqual(ran);
  const events = the.audit.entries.map((entry) => (entry.event === 'step' ? entry.does : entry.event));
  expect(events.filter((each) => each.includes('set-mode'))).toHaveLength(ran.length);
  expect(events.at(-1)).toBe('ended');
});
