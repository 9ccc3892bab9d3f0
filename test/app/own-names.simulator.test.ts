import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../src/adapters/ssh/fleet.js';
import type { RunContext } from '../../src/app/run-context.js';
import { PowerModes } from '../../tools/hardware/power_modes.js';
import { PowerSetMode } from '../../tools/hardware/power_set_mode.js';
import { ServiceControl } from '../../tools/system/service_control.js';
import { ServiceStatus } from '../../tools/system/service_status.js';
import { sshFleetFor } from '../adapters/simulator/ssh-fleet.js';
import { policyOf, type WrittenRule } from '../fakes/fake-policy-source.js';
import { fixture } from './runner-fixture.js';

const context: RunContext = { signal: new AbortController().signal, client: { name: 'test', asks: false } };
const allow = { then: 'allow', tools: ['power_set_mode', 'service_control'] };

describe('rules for modes and units, on a simulated board', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    sim = await startSimulator({
      devices: [{ name: 'one', board: 'orin-nano-super', login: 'ops' }],
      downMs: 100,
      seed: 'own-names',
    });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  function lab(...rules: readonly WrittenRule[]) {
    const tools = [new PowerModes(), new PowerSetMode(), new ServiceControl(10), new ServiceStatus()];
    const the = fixture({ one: {} }, {}, tools, fleet);
    the.policy = policyOf(...rules, allow);
    return async (tool: string, args: object) =>
      (await the.runner.run(tool, { selector: 'one', ...args }, context)).reply;
  }
  const refused = { failures: [{ kind: 'not_allowed', message: expect.stringContaining('rules[0]') }] };
  const current = async (call: ReturnType<typeof lab>): Promise<unknown> =>
    (await call('power_modes', {})).groups?.[0]?.data;
  const docker = async (call: ReturnType<typeof lab>): Promise<unknown> =>
    (await call('service_status', { unit: 'docker' })).groups?.[0]?.data;

  it.each([2, '2', 'maxn_super', 'MAXN_SUPER', 'Maxn_Super', ' maxn_super '])(
    'the mode %j is the mode that a rule denies by its name, and by its id',
    async (mode) => {
      for (const named of ['MAXN_SUPER', 2, 'maxn_*']) {
        const call = lab({ then: 'deny', tools: ['power_set_mode'], arguments: { mode: [named] } });
        expect(await call('power_set_mode', { mode })).toMatchObject(refused);
        expect(await current(call)).not.toMatchObject({ current: { name: 'MAXN_SUPER' } });
      }
    },
  );

  it.each(['docker', 'docker.service'])('the unit %s is the unit that a rule denies', async (unit) => {
    for (const named of ['docker.service', 'docker']) {
      const call = lab({ then: 'deny', tools: ['service_control'], arguments: { unit: [named] } });
      for (const action of ['stop', 'restart', 'disable'])
        expect(await call('service_control', { unit, action })).toMatchObject(refused);
      expect(await docker(call)).toMatchObject({ active: 'active', enabled: 'enabled' });
    }
  });

  it('others are done without a question, by whatever name', async () => {
    const call = lab({ then: 'deny', arguments: { mode: ['MAXN_SUPER'], unit: ['docker.service'] } });
    const { modes } = (await current(call)) as { modes: readonly { id: number; name: string }[] };
    expect(modes.find(({ name }) => name === 'MAXN_SUPER')?.id).toBe(2);
    expect(await call('power_set_mode', { mode: '15w' })).toMatchObject({ summary: { ok: 1, failed: 0 } });
    expect(await call('service_control', { unit: 'cron', action: 'restart' })).toMatchObject({
      summary: { ok: 1, failed: 0 },
    });
  });

  it('a rule opens a mode for a call that gives its id', async () => {
    const the = fixture({ one: {} }, {}, [new PowerSetMode()], fleet);
    the.policy = policyOf({ ...allow, arguments: { mode: ['25W'] } });
    const set = async (mode: unknown) =>
      (await the.runner.run('power_set_mode', { selector: 'one', mode }, context)).reply;
    expect(await set(2)).toMatchObject({ failures: [{ kind: 'not_confirmed' }] });
    expect(await set(1)).toMatchObject({ summary: { ok: 1, failed: 0 } });
  });
});
