import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { SystemStorage } from '../../../tools/system/system_storage.js';
import { sshFleetFor } from '../../adapters/simulator/ssh-fleet.js';
import { fakeCall } from '../../fakes/fake-device.js';

const logins = ['root', 'ops', 'nvidia', 'guest'];

describe('what fills a disk', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    sim = await startSimulator({ devices: logins.map((login) => ({ name: login, board: 'orin-nx', login })) });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  const varBytes = async (login: string): Promise<{ bytes: number; gaps: readonly string[] }> => {
    const args = { largest: false, path: '/', health: false };
    const { largest = [], notRead = [] } = await new SystemStorage().read(args, fleet.device(login), fakeCall());
    const row = largest.find(({ path }) => path === '/var');
    return { bytes: row?.usedBytes ?? 0, gaps: notRead.map(({ what }) => what) };
  };

  it('is measured as root where that can be, so that root-only folders count', async () => {
    const [root, ops, nvidia, guest] = await Promise.all(logins.map(varBytes));
    expect(ops).toEqual(root);
    expect(nvidia).toEqual(root);
    expect(guest!.bytes).toBeGreaterThan(0);
    expect(guest!.bytes).toBeLessThan(root!.bytes);
    expect(guest!.gaps).toContain('some folders');
    expect(root!.gaps).toEqual([]);
  });
});
