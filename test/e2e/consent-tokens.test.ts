import { appendFileSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { onlyFailure } from './calling.js';
import { Bench, terminalMissing, type Deeds, type Home } from './consent-bench.js';
import { deedsBetween } from './consent-cell.js';
import { connectAs, says, type ConsentClient } from './consent-clients.js';

const racers = 4;
const rounds = 3;
const governor = { selector: 'one', governor: 'performance' };
const disable = { selector: 'one', unit: 'cron', action: 'disable' };
const command = { selector: 'one', argv: ['hostname'] };
const write = { selector: 'one', path: '/home/ops/settings.conf', text: 'fast = 1\n' };
const names = ['one', 'two'];

let bench: Bench;
let home: Home;
let first: ConsentClient;
let second: ConsentClient;
let before: readonly Deeds[];

beforeAll(async () => {
  bench = await Bench.open(names.map((name) => ({ name })));
}, 120_000);
afterAll(() => bench.close());

/** A user with two servers. */
async function openHome(): Promise<void> {
  home = bench.home();
  home.setPolicy('{ then: ask, tools: [command_run] }');
  first = await connectAs('2.x with neither', home.start());
  second = await connectAs('1.x with neither', home.start());
}
const closeHome = (): Promise<unknown> => Promise.all([first.close(), second.close()]);

beforeEach(() => {
  const { clocks, units } = bench.simulator.device('one');
  clocks.setGovernor(0, 'schedutil');
  clocks.setGovernor(1, 'schedutil');
  units.start('cron.service');
  units.enable('cron.service', true);
  before = names.map((name) => bench.deeds(name));
});

async function planned(name: string, args: Record<string, unknown>): Promise<{ token: string; code: string }> {
  const { reply, text } = await first.call(name, { ...args, plan: true });
  const { token, code = '' } = reply.plan ?? {};
  if (token === undefined) throw new Error(text);
  return { token, code };
}

/** A plan that a person has approved on a terminal. */
async function approved(name: string, args: Record<string, unknown>): Promise<string> {
  const { token, code } = await planned(name, args);
  expect(await home.onTerminal(['approve', code], 'yes\n')).toMatchObject({ code: 0 });
  return token;
}

/** Calls with a token that must not count, and says why it did not. */
async function refusal(client: ConsentClient, name: string, args: Record<string, unknown>): Promise<string> {
  const known = home.audit().length;
  const { kind, message } = onlyFailure(await client.call(name, args));
  expect(kind).toBe('not_confirmed');
  expect(
    home
      .audit()
      .slice(known)
      .map(({ event }) => event),
  ).toEqual(['refused']);
  return message;
}

const nothingRan = (): void => {
  expect(names.map((name, index) => deedsBetween(before[index]!, bench.deeds(name)))).toEqual([[], []]);
};

describe('the token of a plan', () => {
  beforeAll(openHome);
  afterAll(closeHome);

  it('is good for one call, on whatever server of this user', async () => {
    const { token } = await planned('cpu_set_governor', governor);
    expect(await second.call('cpu_set_governor', { ...governor, token })).toMatchObject({ isError: false });
    expect(deedsBetween(before[0]!, bench.deeds('one'))).toEqual(['governor']);
    before = names.map((name) => bench.deeds(name));
    for (const client of [first, second])
      expect(await refusal(client, 'cpu_set_governor', { ...governor, token })).toMatch(/used already/);
    nothingRan();
  });

  it('is worth nothing after its time, on whatever server', async () => {
    const { token } = await planned('cpu_set_governor', governor);
    home.expirePlans();
    for (const client of [first, second])
      expect(await refusal(client, 'cpu_set_governor', { ...governor, token })).toBe('This token has expired.');
    nothingRan();
  });

  it.each([
    ['made up', () => 'plan-0123456789abcdef01234567'],
    ['empty', () => ''],
    ['the code of the plan', ({ code }: { code: string }) => code],
    ['cut off', ({ token }: { token: string }) => token.slice(0, -1)],
    ['in capitals', ({ token }: { token: string }) => token.toUpperCase()],
  ])('is not %s', async (_what, forge) => {
    const token = forge(await planned('service_control', disable));
    expect(await refusal(first, 'service_control', { ...disable, token })).toMatch(/Nobody knows this token/);
    nothingRan();
  });

  it.each([
    [
      'other devices',
      'cpu_set_governor',
      governor,
      { selector: 'two' },
      /for other devices: now it is without one; with two besides/,
    ],
    ['more devices', 'cpu_set_governor', governor, { selector: 'all' }, /with two besides/],
    [
      'another governor',
      'cpu_set_governor',
      governor,
      { governor: 'powersave' },
      /^This token is for other arguments\.$/,
    ],
    ['another content', 'file_write', write, { text: 'fast = 2\n' }, /^This token is for other arguments\.$/],
    ['another path', 'file_write', write, { path: '/home/ops/other.conf' }, /^This token is for other arguments\.$/],
    ['another unit', 'service_control', disable, { unit: 'rsyslog' }, /^This token is for other arguments\.$/],
    ['another command', 'command_run', command, { argv: ['uptime'] }, /^This token is for other arguments\.$/],
  ])('is not for %s, and stays good for what was planned', async (_what, name, args, change, why) => {
    const { token } = await planned(name, args);
    expect(await refusal(first, name, { ...args, ...change, token })).toMatch(why);
    nothingRan();
    const { plans } = JSON.parse(readFileSync(home.consentsFile, 'utf8')) as { plans: { token: string }[] };
    expect(plans.map((plan) => plan.token)).toContain(token);
  });

  it('is not for another tool, and stays good for its own', async () => {
    const { token } = await planned('cpu_set_governor', governor);
    const why = await refusal(first, 'service_control', { ...disable, token });
    expect(why).toBe('This token belongs to a plan of cpu_set_governor.');
    nothingRan();
    expect(await first.call('cpu_set_governor', { ...governor, token })).toMatchObject({ isError: false });
  });

  it.each<[string, string, Record<string, unknown>, () => void, RegExp]>([
    [
      'governor',
      'cpu_set_governor',
      governor,
      () => bench.simulator.device('one').clocks.setGovernor(0, 'powersave'),
      /one: governors was schedutil and is powersave, schedutil/,
    ],
    [
      'file',
      'file_write',
      write,
      () => bench.simulator.put('one', write.path, { owner: 'ops', text: 'mine\n' }),
      /one: replaces was unknown and is [0-9a-f]{64}/,
    ],
    [
      'power mode',
      'power_set_mode',
      { selector: 'one', mode: 1 },
      () => {
        const device = bench.simulator.device('one');
        const other = device.spec.modes.find(({ id }) => id !== device.mode().id && id !== 1);
        device.applyMode(other!);
      },
      /one: .*mode was .* and is /i,
    ],
  ])('is not for a device whose %s changed since, and says so', async (_what, name, args, change, why) => {
    const { token } = await planned(name, args);
    change();
    before = names.map((each) => bench.deeds(each));
    expect(await refusal(second, name, { ...args, token })).toMatch(why);
    expect(await refusal(first, name, { ...args, token })).toMatch(/^This plan was withdrawn, because one: /);
    nothingRan();
  });

  it('that a person approves on a form is not for a device that changed while the form was open', async () => {
    for (const kind of ['2.x with a form', '1.x with elicitation'] as const) {
      const client = await connectAs(kind, home.start());
      client.person = () => {
        bench.simulator.device('one').units.enable('cron.service', false);
        before = names.map((name) => bench.deeds(name));
        return says.yes();
      };
      const { message } = onlyFailure(await client.call('service_control', disable));
      expect(message).toMatch(/one: enabled was enabled and is disabled/);
      nothingRan();
      bench.simulator.device('one').units.enable('cron.service', true);
      await client.close();
    }
  });
});

describe('the token of a plan made before', () => {
  beforeAll(openHome);
  afterAll(closeHome);

  it('is not for a fleet file that changed since', async () => {
    const { token } = await planned('cpu_set_governor', governor);
    appendFileSync(home.fleetFile, '  - { name: three, host: 127.0.0.3 }\n');
    // The file is watched, so that the server has it a little later.
    while (!(await second.call('device_list', {})).text.includes('three')) continue;
    expect(await refusal(second, 'cpu_set_governor', { ...governor, token })).toMatch(/the fleet file changed/);
    nothingRan();
  });
});

describeWith(terminalMissing, 'a plan that was approved on a terminal', () => {
  beforeAll(openHome);
  afterAll(closeHome);

  it('counts once', async () => {
    const token = await approved('service_control', disable);
    expect(await second.call('service_control', { ...disable, token })).toMatchObject({ isError: false });
    bench.simulator.device('one').units.enable('cron.service', true);
    for (const client of [first, second])
      expect(await refusal(client, 'service_control', { ...disable, token })).toMatch(/used already/);
    nothingRan();
  });

  it('is not for a device that changed since', async () => {
    const token = await approved('service_control', disable);
    bench.simulator.device('one').units.stop('cron.service');
    before = names.map((name) => bench.deeds(name));
    const why = await refusal(second, 'service_control', { ...disable, token });
    expect(why).toMatch(/one: active was active and is inactive/);
    nothingRan();
  });

  it('is worth nothing after its time', async () => {
    const token = await approved('service_control', disable);
    home.expirePlans();
    expect(await refusal(first, 'service_control', { ...disable, token })).toBe('This token has expired.');
    nothingRan();
  });

  it(`is carried out once when ${String(racers)} servers take it at the same moment`, async () => {
    const clients = await Promise.all(
      Array.from({ length: racers }, (_, index) =>
        connectAs(index % 2 === 0 ? '2.x with neither' : '1.x with neither', home.start()),
      ),
    );
    // Their links are open before the race.
    await Promise.all(clients.map((client) => client.call('system_info', { selector: 'one' })));
    for (let round = 0; round < rounds; round += 1) {
      const token = await approved('command_run', command);
      const { jobs } = bench.deeds('one');
      const known = home.audit().length;
      const ends = await Promise.all(clients.map((client) => client.call('command_run', { ...command, token })));
      const won = ends.filter(({ isError }) => !isError);
      expect(won).toHaveLength(1);
      for (const end of ends.filter(({ isError }) => isError)) expect(onlyFailure(end).kind).toBe('not_confirmed');
      expect(bench.deeds('one').jobs - jobs).toBe(1);
      const records = home.audit().slice(known);
      const idsOf = (wanted: string) =>
        records.flatMap((record) => ('id' in record && record.event === wanted ? [record.id] : []));
      const began = idsOf('began');
      expect(began).toHaveLength(1);
      expect(new Set([...began, ...idsOf('refused')]).size).toBe(racers);
    }
    await Promise.all(clients.map((client) => client.close()));
  });
});
