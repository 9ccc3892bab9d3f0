import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { file } from '../../../src/core/probe/probe.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { sshFleetFor } from './ssh-fleet.js';
import { bootIdOf, gone, loginAgain } from './boots.js';
import { PlainClient } from './plain-client.js';

const uptime = { uptime: file('/proc/uptime'), stat: file('/proc/stat') };

async function secondsUp(client: PlainClient): Promise<number> {
  return Number.parseFloat(((await client.answers(uptime))['uptime'] as { text: string }).text);
}

async function bootTime(client: PlainClient): Promise<number> {
  return Number(/btime (\d+)/.exec(((await client.answers(uptime))['stat'] as { text: string }).text)?.[1]);
}

describe('a simulated device that starts again', () => {
  let sim: Simulator;
  const clients: PlainClient[] = [];

  beforeAll(async () => {
    sim = await startSimulator({
      downMs: 100,
      devices: ['one', 'hangs', 'slow', 'off'].map((name) => ({ name, board: 'orin-nx', login: 'ops' })),
    });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.end();
  });
  afterAll(() => sim.close());
  const login = async (name: string, username?: string): Promise<PlainClient> => {
    const client = await loginAgain(sim, name, username);
    clients.push(client);
    return client;
  };
  const refused = async (name: string): Promise<unknown> => {
    const device = sim.devices.find((candidate) => candidate.name === name)!;
    return PlainClient.connect(device, { username: 'root', password: 'x' }).catch((error: unknown) => error);
  };

  it.each(['reboot', 'systemctl reboot', 'systemctl --no-block reboot', 'shutdown -r now'])(
    '%s: every link goes, and another boot comes',
    async (command) => {
      const client = await login('one');
      const [before, booted] = [await bootIdOf(client), await bootTime(client)];
      expect(await secondsUp(client)).toBeGreaterThan(0);
      const cut = gone(client);
      expect(await client.run(command)).toEqual({ code: 0, stdout: '', stderr: '' });
      await cut;
      expect(await refused('one')).toMatchObject({ code: 'ECONNREFUSED' });
      const after = await login('one');
      expect(await bootIdOf(after)).not.toBe(before);
      expect(await secondsUp(after)).toBeLessThan(60);
      expect(await bootTime(after)).toBeGreaterThanOrEqual(booted);
    },
  );

  it('is not started again by whoever may not', async () => {
    const client = await login('one', 'ops');
    const before = await bootIdOf(client);
    for (const command of ['reboot', 'systemctl poweroff', 'shutdown -h now']) {
      expect(await client.run(command)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Interactive authentication required.'),
      });
    }
    expect(await bootIdOf(client)).toBe(before);
  });

  it('hangs where it is told to, until its power is cut and given again', async () => {
    await sim.setFault('hangs', { kind: 'hangs_on_reboot' });
    const client = await login('hangs');
    const [before, cut] = [await bootIdOf(client), gone(client)];
    await client.run('reboot');
    await cut;
    await sim.setFault('hangs', undefined);
    expect(await refused('hangs')).toMatchObject({ code: 'ECONNREFUSED' });
    await sim.powerOn('hangs');
    expect(await bootIdOf(await login('hangs'))).not.toBe(before);
  });

  it('comes back after one that is quicker', async () => {
    await sim.setFault('slow', { kind: 'slow_boot', ms: 600 });
    const order: string[] = [];
    const restart = async (name: string): Promise<void> => {
      const client = await login(name);
      const cut = gone(client);
      sim.restart(name);
      await cut;
      await login(name);
      order.push(name);
    };
    await Promise.all([restart('slow'), restart('one')]);
    expect(order).toEqual(['one', 'slow']);
  });

  it.each(['poweroff', 'systemctl poweroff', 'shutdown -h now'])(
    '%s: stays away until its power is given',
    async (command) => {
      const client = await login('off');
      const cut = gone(client);
      expect(await client.run(command)).toMatchObject({ code: 0 });
      await cut;
      expect(await refused('off')).toMatchObject({ code: 'ECONNREFUSED' });
      await sim.powerOn('off');
      expect(await secondsUp(await login('off'))).toBeLessThan(60);
    },
  );

  it('is found again by the real link', async () => {
    const fleet = sshFleetFor(sim);
    const { signal } = new AbortController();
    const device = fleet.device('one');
    const probe = { name: 'test.boot', reads: { id: file('/proc/sys/kernel/random/boot_id') }, parse: bootText };
    const before = await device.ask(probe, signal);
    await device.run({ argv: ['systemctl', 'reboot'], sudo: true }, signal).catch(() => undefined);
    let after = before;
    while (after === before) {
      after = await device.ask(probe, signal).catch(() => before);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(after).toMatch(/^[0-9a-f-]{36}$/);
    await fleet.close();
  });
});

const bootText = (answers: { readonly id: { readonly text: string } }): string => answers.id.text;
