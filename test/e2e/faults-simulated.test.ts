import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../src/adapters/simulator/device/simulated-device.js';
import { startSimulator, type Simulator } from '../../src/adapters/simulator/start-simulator.js';
import { until } from '../setup/processes.js';
import { call, calledOf, onlyData, type Called } from './calling.js';
import { connect, type AnyClient } from './clients.js';
import { bareEnvironment, ensureBuilt } from './program.js';

const count = 30;

describe('the built program and simulated boards that misbehave', () => {
  let simulator: Simulator;
  let client: AnyClient;
  let home = '';
  let names: readonly string[] = [];

  beforeAll(async () => {
    ensureBuilt();
    home = mkdtempSync(join(tmpdir(), 'jetfleet-faults-'));
    simulator = await startSimulator({ devices: count });
    names = simulator.devices.map(({ name }) => name);
    const identityFile = join(home, 'key');
    writeFileSync(identityFile, simulator.clientKey.privateKey, { mode: 0o600 });
    const fleet = simulator.fleetYaml({ identityFile });
    writeFileSync(join(home, 'fleet.yaml'), fleet.replace('defaults:\n', 'defaults:\n  connectTimeoutMs: 1500\n'));
  }, 120_000);
  afterAll(async () => {
    await simulator.close();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const args = ['--config', join(home, 'fleet.yaml'), '--toolsets', 'all'];
    client = await connect('pinned', { args, env: bareEnvironment(home) });
  });
  afterEach(async () => {
    await client.close();
    await Promise.all(names.map((name) => simulator.setFault(name, undefined)));
    await until(() => simulator.openLinks() === 0);
  });

  const failing = async (fault: Fault): Promise<void> => {
    for (const name of names.slice(0, count / 3)) await simulator.setFault(name, fault);
  };
  const all = (): Promise<Called> => call(client, 'system_info', { selector: 'all' });

  it.each<[string, Fault, string]>([
    ['never speaks', { kind: 'silent' }, 'unreachable'],
    ['refuses TCP', { kind: 'refuse', at: 'tcp' }, 'unreachable'],
    ['refuses every login', { kind: 'refuse', at: 'auth' }, 'auth_failed'],
    ['drops the link in the middle of each answer', { kind: 'drop' }, 'unreachable'],
  ])('a third of the fleet %s, from the start: the rest answers', async (_what, fault, kind) => {
    await failing(fault);
    const { reply } = await all();
    expect(reply.summary).toEqual({ ok: 20, failed: 10, skipped: 0 });
    for (const failure of reply.failures ?? []) expect(failure).toMatchObject({ kind });
    await Promise.all(names.map((name) => simulator.setFault(name, undefined)));
    expect((await all()).reply.summary).toEqual({ ok: count, failed: 0, skipped: 0 });
  });

  it('a third of the fleet reboots between two calls, and is asked as if nothing had been', async () => {
    expect((await all()).reply.summary.ok).toBe(count);
    for (const name of names.slice(0, 10)) simulator.cutLinks(name);
    expect((await all()).reply.summary).toEqual({ ok: count, failed: 0, skipped: 0 });
  });

  it('a call that waits for a frozen board keeps no other waiting, and ends when it is cancelled', async () => {
    expect((await all()).reply.summary.ok).toBe(count);
    const [frozen = '', ...others] = names;
    await simulator.setFault(frozen, { kind: 'silent' });
    const cancel = new AbortController();
    const stuck = client.call('system_info', { selector: frozen }, { signal: cancel.signal });
    stuck.catch(() => undefined);
    for (const name of others.slice(0, 5)) {
      expect((await call(client, 'system_info', { selector: name })).reply.summary.ok).toBe(1);
    }
    cancel.abort();
    await expect(stuck).rejects.toThrow();
    expect((await call(client, 'device_list', {})).isError).toBe(false);
  });

  it('a board that lost its time says so, and its tools still answer', async () => {
    const [lost = ''] = names;
    await simulator.setFault(lost, { kind: 'clock_1970' });
    const info = onlyData(await call(client, 'system_info', { selector: lost }));
    expect(info['clockOffsetSeconds']).toBeLessThan(-1_700_000_000);
    for (const name of ['hardware_stats', 'system_logs', 'service_list', 'device_describe', 'system_processes']) {
      const { reply, text } = calledOf(await client.call(name, { selector: lost }));
      if (reply.summary.ok !== 1) throw new Error(text);
    }
  });

  it('is slow everywhere: every board is waited for at once', async () => {
    for (const name of names) await simulator.setFault(name, { kind: 'slow', latencyMs: 400 });
    expect((await all()).reply.summary).toEqual({ ok: count, failed: 0, skipped: 0 });
  });
});
