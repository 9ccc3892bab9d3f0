import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import { runs } from '../setup/runs.js';
import { Bench, type Deeds, type Home } from './consent-bench.js';
import { attempts, fixedAttempts, Memory, type Attempt } from './consent-attempts.js';
import { deedsBetween } from './consent-cell.js';
import { connectAs, says, type ConsentClient } from './consent-clients.js';
import { run } from './program.js';

/** The robot may be disrupted by consent of a person alone; on the boards of the lab everything is allowed. */
const rules = [
  '{ then: allow, selector: "@lab", effects: [change, disrupt] }',
  '{ then: allow, selector: "stage=test", tools: ["*"] }',
  '{ then: ask, tools: [command_run, job_start] }',
];

let bench: Bench;
let home: Home;
let before: Deeds;
const clients: ConsentClient[] = [];

beforeAll(async () => {
  bench = await Bench.open([{ name: 'robot' }, { name: 'desk', groups: ['lab'] }]);
  home = bench.home();
  home.setPolicy(...rules);
  for (const kind of ['2.x with neither', '1.x with neither'] as const)
    clients.push(await connectAs(kind, home.start()));
}, 120_000);
afterAll(() => bench.close());
beforeEach(() => {
  before = bench.deeds('robot');
});

/** Nothing of a robot may change but what tools of effect `change` do. */
function robotIsUntouched(): void {
  expect(deedsBetween(before, bench.deeds('robot')).filter((deed) => deed !== 'governor')).toEqual([]);
}

/** Disrupting calls that got so far that steps could run on the robot. */
const begun = (records: readonly AuditRecord[]): readonly AuditRecord[] =>
  records.filter(
    (record) =>
      record.event === 'began' &&
      (record.effect === 'disrupt' || record.tool.startsWith('device_')) &&
      record.plans.some(({ devices, steps }) => steps.length > 0 && !devices.every((name) => name === 'desk')),
  );

const newMemory = (): Memory => new Memory(bench.simulator.devices[0]?.port);

async function inTurn(client: ConsentClient, list: readonly Attempt[], memory = newMemory()): Promise<void> {
  for (const attempt of list) await attempt(client, memory);
}

describe('a model that plays both sides', () => {
  afterAll(() => Promise.all(clients.map((client) => client.close())));

  describe.each([0, 1])('a model that plans and applies in one turn, with client %i', (index) => {
    const own = (): ConsentClient => clients[index]!;
    const other = (): ConsentClient => clients[1 - index]!;

    it.each(Object.keys(fixedAttempts))('gets no disrupt through: %s', async (name) => {
      const known = home.audit().length;
      await inTurn(own(), fixedAttempts[name]!);
      robotIsUntouched();
      expect(begun(home.audit().slice(known))).toEqual([]);
    });

    it('gets none through by way of another server', async () => {
      const memory = newMemory();
      const [plan, apply] = fixedAttempts['the token as the argument']!;
      await plan!(own(), memory);
      await apply!(other(), memory);
      robotIsUntouched();
    });

    it.each([
      ['approve, with a pipe', (code: string) => ({ args: ['approve', code], input: 'yes\n' })],
      ['approve, without input', (code: string) => ({ args: ['approve', code] })],
      ['call', () => ({ args: ['call', 'service_control', disable({})] })],
      ['call, answered by a pipe', () => ({ args: ['call', 'service_control', disable({})], input: 'y\n' })],
      ['call --yes', () => ({ args: ['call', '--yes', 'service_control', disable({})] })],
      [
        'call --yes with the token',
        (_: string, token: string) => ({ args: ['call', '--yes', 'service_control', disable({ token })] }),
      ],
      [
        'call --yes, of a command',
        () => ({ args: ['call', '--yes', 'command_run', '{"selector":"robot","argv":["hostname"]}'] }),
      ],
    ])('gets none through by running jetfleet %s', async (_what, command) => {
      const memory = newMemory();
      await fixedAttempts['the token as the argument']![0]!(own(), memory);
      const { args, input } = { input: '', ...command(memory.code(), memory.token()) };
      expect((await run(args, { env: home.env, input })).code).not.toBe(0);
      await own().call('service_control', { ...(JSON.parse(disable({})) as object), token: memory.token() });
      robotIsUntouched();
    });

    it('gets none through in any order that chance finds', async () => {
      const known = home.audit().length;
      await fc.assert(
        fc.asyncProperty(fc.array(attempts, { minLength: 2, maxLength: 12 }), async (list) => {
          await inTurn(own(), list);
          robotIsUntouched();
        }),
        { seed: 20261120 + index, numRuns: runs(20) },
      );
      const records = home.audit().slice(known);
      expect(begun(records)).toEqual([]);
      // It did do something: plans were made, and changes of the other kind went through.
      expect(records.some((record) => record.event === 'planned' && record.effect === 'disrupt')).toBe(true);
      expect(records.some((record) => record.event === 'began' && record.effect === 'change')).toBe(true);
    }, 600_000);
  });

  const disable = (more: Record<string, unknown>): string =>
    JSON.stringify({ selector: 'robot', unit: 'cron', action: 'disable', ...more });

  describe('a state that was sealed for a form', () => {
    const call = { name: 'service_control', arguments: JSON.parse(disable({})) as Record<string, unknown> };
    const yes = { inputResponses: { consent: { action: 'accept', content: { approve: true } } } };
    const stateOf = async (client: ConsentClient): Promise<string> =>
      ((await client.raw('tools/call', call)) as { requestState: string }).requestState;

    it('is worth nothing on another connection, after another yes, and when it was altered', async () => {
      const [one, two] = [
        await connectAs('2.x with a form', home.start()),
        await connectAs('2.x with a form', home.start()),
      ];
      const requestState = await stateOf(one);
      const forged = [
        requestState.slice(0, -2),
        requestState.replace(/^v1\.[^.]*/, `v1.${Buffer.from('{"p":{"token":"x"}}').toString('base64url')}`),
        Buffer.from(JSON.stringify({ tool: call.name, approve: true })).toString('base64url'),
        '',
      ];
      for (const state of forged) await one.raw('tools/call', { ...call, ...yes, requestState: state });
      await one.raw('tools/call', { ...call, ...yes });
      await one.raw('tools/call', {
        ...call,
        ...yes,
        requestState,
        name: 'system_reboot',
        arguments: { selector: 'robot' },
      });
      await one.raw('tools/call', { ...call, ...yes, requestState, arguments: { ...call.arguments, unit: 'rsyslog' } });
      for (const client of [two, ...clients]) await client.raw('tools/call', { ...call, ...yes, requestState });
      robotIsUntouched();
      expect(one.asked).toEqual([]);
      // The one that was meant does count, and once.
      expect(await one.raw('tools/call', { ...call, ...yes, requestState })).toMatchObject({
        structuredContent: { summary: { ok: 1 } },
      });
      bench.simulator.device('robot').units.enable('cron.service', true);
      before = bench.deeds('robot');
      expect(await one.raw('tools/call', { ...call, ...yes, requestState })).toMatchObject({ isError: true });
      robotIsUntouched();
      await Promise.all([one.close(), two.close()]);
    });

    it('is worth nothing after the person said no', async () => {
      const client = await connectAs('2.x with a form', home.start());
      const requestState = await stateOf(client);
      await client.raw('tools/call', { ...call, requestState, inputResponses: { consent: says.no() } });
      expect(await client.raw('tools/call', { ...call, ...yes, requestState })).toMatchObject({ isError: true });
      robotIsUntouched();
      await client.close();
    });
  });
});
