import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RunContext } from '../../src/app/run-context.js';
import { byOwnNames, type OwnNames } from '../../src/core/policy/own-names.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call, Prepared } from '../../src/ports/tool.js';
import { policyOf, type WrittenRule } from '../fakes/fake-policy-source.js';
import { board, SwitchTool } from './change-tools.js';
import { fixture } from './runner-fixture.js';

const signal = new AbortController().signal;
const silent: RunContext = { signal, client: { name: 'test', asks: false } };

/** Knows `f` for `fast` by itself; what `1` is, every board knows for itself. */
class NamingTool extends SwitchTool {
  canonical({ mode }: { mode: string }): OwnNames {
    return mode === 'f' ? { mode: { is: 'fast', also: ['f'] } } : {};
  }

  override async prepare(args: { mode: string }, device: Device, call: Call): Promise<Prepared> {
    const first = device.name === 'orin' ? 'calm' : 'fast';
    const own = args.mode === '1' ? first : args.mode === 'f' ? 'fast' : args.mode.toLowerCase();
    const id = own === first ? ['1'] : [];
    return { ...(await super.prepare({ mode: own }, device, call)), resolved: { mode: { is: own, also: id } } };
  }
}

function lab(...rules: readonly WrittenRule[]) {
  const the = fixture({ 'nano-01': board('slow'), orin: board('slow') }, {}, [new NamingTool()]);
  the.policy = policyOf(...rules);
  const set = async (mode: string, more: object = {}) =>
    (await the.runner.run('mode_set', { selector: 'all', mode, ...more }, silent)).reply;
  const modes = () => [...the.devices.devices.values()].map((device) => device.board.files?.['/mode']);
  const asked = () => [...the.devices.devices.values()].flatMap((device) => device.asked);
  return Object.assign(the, { set, modes, asked });
}

const anything = { then: 'allow', tools: ['mode_set'] };
const noFast = { then: 'deny', arguments: { mode: ['fast'] }, because: 'too hot' };

describe('rules for arguments', () => {
  it.each(['FAST', 'Fast', 'f', 'fast'])('deny what %s comes out as', async (mode) => {
    const the = lab(noFast, anything);
    expect(await the.set(mode)).toMatchObject({
      summary: { ok: 0, failed: 2 },
      failures: [{ kind: 'not_allowed', devices: ['nano-01', 'orin'], message: expect.stringContaining('too hot') }],
    });
    expect(the.modes()).toEqual(['slow', 'slow']);
    expect(the.audit.entries.map(({ event }) => event)).toEqual(['refused']);
  });

  it.each(['fast', 'f'])('contact no device where %s is denied without it', async (mode) => {
    const the = lab(noFast, anything);
    await the.set(mode);
    expect(the.asked()).toEqual([]);
  });

  it('are for each device by its own name, and a refusal is on record', async () => {
    const the = lab(noFast, anything);
    expect(await the.set('1')).toMatchObject({
      summary: { ok: 1, failed: 1 },
      failures: [{ kind: 'not_allowed', devices: ['nano-01'] }],
    });
    expect(the.modes()).toEqual(['slow', 'calm']);
    expect(the.audit.entries[0]).toMatchObject({ event: 'refused', devices: ['nano-01'] });
    expect(the.audit.entries.find(({ event }) => event === 'began')).toMatchObject({ plans: [{ devices: ['orin'] }] });
  });

  it('restrict by any of the names, whichever of them the call has', async () => {
    const rule = { then: 'deny', arguments: { mode: ['1'] } };
    for (const mode of ['1', 'FAST', 'f']) {
      const the = lab(rule, { ...anything, selector: 'nano-01' });
      expect((await the.set(mode, { selector: 'nano-01' })).failures).toMatchObject([{ kind: 'not_allowed' }]);
      expect(the.modes()).toEqual(['slow', 'slow']);
    }
  });

  it('open by the own name only', async () => {
    const opens = (mode: string) => ({ ...anything, arguments: { mode: [mode] } });
    const first = { selector: 'nano-01' };
    expect((await lab(opens('fast')).set('1', first)).summary).toMatchObject({ ok: 1 });
    expect((await lab(opens('1')).set('1', first)).failures).toMatchObject([{ kind: 'not_confirmed' }]);
  });

  it('ask by the own name, and only where a device that is left is asked about', async () => {
    const the = lab({ then: 'ask', arguments: { mode: ['fast'] } }, anything);
    expect((await the.set('1')).failures).toMatchObject([{ kind: 'not_confirmed' }]);
    expect((await the.set('1', { selector: 'orin' })).summary).toMatchObject({ ok: 1 });
    expect((await the.set('1', { selector: 'nano-01', plan: true })).plan).toMatchObject({ token: expect.any(String) });
  });

  it('are asked again when a plan is carried out', async () => {
    const the = lab();
    const { plan } = await the.set('1', { plan: true });
    the.policy = policyOf(noFast);
    const reply = await the.set('1', { token: plan?.token });
    expect(reply.failures).toMatchObject([{ kind: 'not_allowed', devices: ['nano-01'] }, { kind: 'not_confirmed' }]);
    expect(the.modes()).toEqual(['slow', 'slow']);
  });
});

it('byOwnNames keeps every name that an argument had', () => {
  const args = z.object({ unit: z.string(), n: z.number() }).parse({ unit: 'a', n: 1 });
  const told = byOwnNames(args, { unit: { is: 'a.service', also: ['A'] } }, undefined, { unit: { is: 'b.service' } });
  expect(told).toEqual({ args: { unit: 'b.service', n: 1 }, also: { unit: ['a', 'A', 'a.service'] } });
});
