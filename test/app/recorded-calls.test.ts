import { describe, expect, it } from '@jest/globals';
import type { RunContext } from '../../src/app/run-context.js';
import { Failure } from '../../src/core/errors.js';
import { board, SwitchTool } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const context: RunContext = {
  signal: new AbortController().signal,
  client: { name: 'test 1.0', asks: false },
};

function lab() {
  return fixture(
    { 'nano-01': board('slow'), orin: { failing: new Failure('unreachable', 'It does not answer.') } },
    {},
    [new SwitchTool('change')],
  );
}

describe('a call of a changing tool that comes to nothing', () => {
  it.each([
    ['a field that the tool has not', { selector: 'all', mode: 'fast', moed: 'x' }, 'invalid_input'],
    ['a value that does not fit', { selector: 'all', mode: 7 }, 'invalid_input'],
    ['a selector that is none', { selector: 'nano[', mode: 'fast' }, 'invalid_input'],
    ['a device that nobody knows', { selector: 'nobody', mode: 'fast' }, 'unknown_device'],
    ['a token of nobody', { selector: 'nano-01', mode: 'fast', token: 'plan-x' }, 'not_confirmed'],
  ])('is on record: %s', async (_what, args, kind) => {
    const the = lab();
    const { reply } = await the.runner.run('mode_set', args, context);
    expect(reply.failures).toMatchObject([{ kind }]);
    const why = reply.failures?.[0]?.message;
    expect(the.audit.entries).toMatchObject([
      { event: 'refused', tool: 'mode_set', asker: { client: 'test 1.0' }, why: expect.any(String) },
    ]);
    expect(the.audit.entries[0]).toMatchObject({ why });
  });

  it('is on record for each device that could not be asked, beside what is planned for the others', async () => {
    const the = lab();
    await the.runner.run('mode_set', { selector: 'all', mode: 'fast', plan: true }, context);
    expect(the.audit.entries).toMatchObject([
      { event: 'refused', devices: ['orin'], why: 'It does not answer.' },
      { event: 'planned', plans: [{ devices: ['nano-01'] }] },
    ]);
    expect(new Set(the.audit.entries.map(({ id }) => id)).size).toBe(1);
  });

  it('is recorded without what a field bears that nobody knows', async () => {
    const the = lab();
    await the.runner.run('mode_set', { selector: 'all', mode: 'fast', password: 'Planted-4711' }, context);
    expect(the.audit.entries).toMatchObject([{ event: 'refused', arguments: expect.stringContaining('[redacted]') }]);
    expect(JSON.stringify(the.audit.entries)).not.toContain('Planted-4711');
  });

  it('leaves no record where the tool only reads', async () => {
    const the = lab();
    await the.runner.run('system_echo', { selector: 'nobody' }, context);
    expect(the.audit.entries).toEqual([]);
  });
});
