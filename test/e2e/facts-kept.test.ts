import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dataFolder } from '../../config/paths.js';
import { startSimulator } from '../../src/adapters/simulator/start-simulator.js';
import { machineOf } from './audited.js';
import { bareEnvironment, ensureBuilt, run } from './program.js';

describe('what devices reported', () => {
  let home = '';
  beforeAll(ensureBuilt, 120_000);
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'jetfleet-facts-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const store = (): string => join(dataFolder(machineOf(bareEnvironment(home))), 'jetfleet.db');
  async function listed(args: readonly string[], more: object = {}): Promise<Record<string, unknown>[]> {
    const given = ['call', 'device_list', JSON.stringify(more), '--json', ...args];
    const { code, stdout, stderr } = await run(given, { env: bareEnvironment(home) });
    if (code !== 0) throw new Error(stdout + stderr);
    const { groups } = JSON.parse(stdout) as { groups: { data: { devices: Record<string, unknown>[] } }[] };
    return groups.flatMap(({ data }) => data.devices);
  }

  it('is known to a later process, with its time, while the device is away', async () => {
    const simulator = await startSimulator({ devices: 2 });
    const identityFile = join(home, 'key');
    writeFileSync(identityFile, simulator.clientKey.privateKey, { mode: 0o600 });
    const config = join(home, 'fleet.yaml');
    writeFileSync(config, simulator.fleetYaml({ identityFile }));
    const fresh = await listed(['--config', config], { check: true });
    expect(fresh.map((row) => [row['state'], row['factsFrom']])).toEqual(fresh.map(() => ['online', undefined]));
    expect(existsSync(store())).toBe(true);
    await simulator.close();
    const later = await listed(['--config', config]);
    expect(later.map(({ name, module, l4t }) => ({ name, module, l4t }))).toEqual(
      fresh.map(({ name, module, l4t }) => ({ name, module, l4t })),
    );
    expect(later.map((row) => [row['state'], row['factsFrom']])).toEqual(
      fresh.map(() => ['not_asked', expect.stringMatching(/^\d{4}-/)]),
    );
  });

  it('is kept nowhere where devices are those of a recording', async () => {
    const asked = await listed(['--mock-ssh'], { check: true, selector: 'l4t>=1' });
    expect(asked.map(({ state }) => state)).toContain('online');
    expect((await listed(['--mock-ssh'])).flatMap(({ factsFrom }) => factsFrom ?? [])).toEqual([]);
    expect(existsSync(store())).toBe(false);
  });
});
