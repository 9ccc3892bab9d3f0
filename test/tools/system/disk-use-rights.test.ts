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

  /** How much of what is used lies below /var, as the tool measured it. */
  const varShare = async (login: string): Promise<{ share: number; gaps: readonly string[] }> => {
    const args = { largest: false, path: '/', health: false };
    const {
      largest = [],
      notRead = [],
      fileSystems,
    } = await new SystemStorage().read(args, fleet.device(login), fakeCall());
    const row = largest.find(({ path }) => path === '/var');
    const share = (row?.usedBytes ?? 0) / (fileSystems['/']?.usedBytes ?? 0);
    return { share: Number(share.toFixed(3)), gaps: notRead.map(({ what }) => what) };
  };

  it('is measured as root where that can be, so that root-only folders count', async () => {
    const [root, ops, nvidia, guest] = await Promise.all(logins.map(varShare));
    expect(ops).toEqual(root);
    expect(nvidia).toEqual(root);
    expect(guest!.share).toBeGreaterThan(0);
    expect(guest!.share).toBeLessThan(root!.share);
    expect(guest!.gaps).toContain('some folders');
    expect(root!.gaps).toEqual([]);
  });
});
