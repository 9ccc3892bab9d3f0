import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { argv, defineProbe } from '../../src/core/probe/probe.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, ReadTool } from '../../src/ports/tool.js';
import { fixture, speaks } from './runner-fixture.js';

const input = z.strictObject({ from: z.string() });
const output = z.object({ said: z.string() });
const echo = defineProbe({ name: 'echo', reads: { said: argv(['echo']) }, parse: ({ said }) => said.text });

/** Reads what another device says. */
class OtherTool implements ReadTool<typeof input, typeof output> {
  readonly kind = 'read';
  readonly spec = {
    name: 'system_other',
    area: 'system',
    title: 'Other',
    description: 'Asks another.',
    effect: 'read',
    input,
    output,
  } as const;
  runs = false;
  async read({ from }: { from: string }, _device: Device, call: Call): Promise<{ said: string }> {
    const peer = await call.peer(from);
    if (this.runs) await peer.run({ argv: ['echo'] }, call.signal);
    return { said: await peer.ask(echo, call.signal) };
  }
}

function lab() {
  const tool = new OtherTool();
  return Object.assign(fixture({ one: speaks('first'), two: speaks('second') }, {}, [tool]), { tool });
}
const ask = ({ runner }: ReturnType<typeof lab>, from = 'two') =>
  runner.run('system_other', { selector: 'one', from }, { signal: new AbortController().signal });

describe('another device of the fleet', () => {
  it('can be read in a call about one', async () => {
    expect((await ask(lab())).reply.groups).toEqual([{ devices: ['one'], data: { said: 'second' } }]);
  });

  it('must be in the fleet file', async () => {
    expect((await ask(lab(), 'three')).reply.failures).toMatchObject([{ kind: 'unknown_device' }]);
  });

  it.each(['deny', 'ask'] as const)('is kept out by a rule that says %s there', async (decision) => {
    const the = lab();
    const { parseSelector } = await import('../../src/core/selector/parse.js');
    the.policy = { rules: [{ decision, selector: parseSelector('two'), place: 'rules[0]' }] };
    expect((await ask(the)).reply.failures).toMatchObject([{ kind: 'not_allowed', devices: ['one'] }]);
    expect(the.devices.devices.get('two')?.asked).toEqual([]);
  });

  it('is never changed', async () => {
    const the = lab();
    the.tool.runs = true;
    expect((await ask(the)).reply.failures).toMatchObject([{ kind: 'not_allowed' }]);
    expect(the.devices.devices.get('two')?.ran).toEqual([]);
  });
});
