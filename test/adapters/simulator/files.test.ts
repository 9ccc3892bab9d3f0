import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { PlainClient } from './plain-client.js';
import { sshFleetFor } from './ssh-fleet.js';

describe('files of a simulated device over SFTP', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  const { signal } = new AbortController();

  beforeAll(async () => {
    sim = await startSimulator({
      devices: [
        { name: 'as-guest', board: 'orin-nx', login: 'guest' },
        { name: 'as-root', board: 'orin-nx', login: 'root' },
      ],
    });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  it('are told, read in ranges and listed', async () => {
    const { files } = fleet.device('as-guest');
    expect(await files.stat('/', signal)).toMatchObject({ kind: 'directory', mode: 0o755 });
    const release = await files.stat('/etc/nv_tegra_release', signal);
    expect(release).toMatchObject({ kind: 'file', mode: 0o644, uid: 0 });
    const whole = await files.read('/etc/nv_tegra_release', { offset: 0, maxBytes: 100_000 }, signal);
    expect(whole.length).toBe(release.sizeBytes);
    const part = await files.read('/etc/nv_tegra_release', { offset: 2, maxBytes: 3 }, signal);
    expect(Buffer.from(part).toString()).toBe('R36');
    const zones = await files.list('/sys/class/thermal', 100, signal);
    expect(zones.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['thermal_zone0', 'thermal_zone8', 'cooling_device0']),
    );
    expect(await files.list('/sys/class/thermal', 2, signal)).toHaveLength(2);
  });

  it('are kept from those without rights, and absent where they are not', async () => {
    const range = { offset: 0, maxBytes: 1000 };
    await expect(fleet.device('as-guest').files.read('/etc/shadow', range, signal)).rejects.toThrow();
    await expect(fleet.device('as-guest').files.list('/root', 10, signal)).rejects.toThrow();
    await expect(fleet.device('as-guest').files.stat('/sys/kernel/debug/nvmap', signal)).rejects.toThrow();
    await expect(fleet.device('as-root').files.stat('/no/such', signal)).rejects.toThrow();
    expect((await fleet.device('as-root').files.read('/etc/shadow', range, signal)).length).toBeGreaterThan(0);
  });

  it('are never changed', async () => {
    const client = await PlainClient.connect(sim.devices[1]!, {
      username: 'root',
      privateKey: sim.clientKey.privateKey,
    });
    const refusal = await new Promise<unknown>((resolve) => {
      client.client.sftp((_error, sftp) => {
        sftp.writeFile('/etc/hostname', 'changed', (error) => {
          sftp.mkdir('/tmp/x', (second) => resolve([error instanceof Error, second instanceof Error]));
        });
      });
    });
    expect(refusal).toEqual([true, true]);
    client.end();
  });
});
