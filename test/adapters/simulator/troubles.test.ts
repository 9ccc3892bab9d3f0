import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds, type BoardKind } from '../../../src/adapters/simulator/boards/index.js';
import type { Fault } from '../../../src/adapters/simulator/device/fault.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { ThrottleData } from '../../../src/core/jetson/throttle-data.js';
import { storageProbe } from '../../../src/core/probes/storage.js';
import { HardwareThrottle } from '../../../tools/hardware/hardware_throttle.js';
import { fakeCall } from '../../fakes/fake-device.js';
import { sshFleetFor } from './ssh-fleet.js';

const counted: readonly BoardKind[] = boardKinds.filter((kind) => /orin|thor/.test(kind));
const { signal } = new AbortController();

describe('what goes wrong on a simulated device', () => {
  let sim: Simulator;
  let fleet: SshFleet;

  beforeAll(async () => {
    sim = await startSimulator({
      devices: [
        ...boardKinds.map((board) => ({ name: board, board, login: 'root' })),
        ...['ops', 'nvidia'].map((login) => ({ name: login, board: 'nano' as const, login })),
      ],
    });
    fleet = sshFleetFor(sim);
  });
  afterEach(async () => {
    for (const { name } of sim.devices) await sim.setFault(name, undefined);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });
  const throttleOf = async (kinds: readonly BoardKind[], fault: Fault | undefined): Promise<ThrottleData[]> =>
    Promise.all(
      kinds.map(async (kind) => {
        await sim.setFault(kind, fault);
        return new HardwareThrottle().read({}, fleet.device(kind), fakeCall(Date.now()));
      }),
    );
  const reasonsOf = ({ reasons }: ThrottleData): string[] => reasons.map(({ kind }) => kind);

  it('nothing at first', async () => {
    for (const data of await throttleOf(boardKinds, undefined)) {
      expect(['not_throttled', 'power_mode', 'clocks']).toContain(data.verdict);
      expect(reasonsOf(data)).not.toContain('thermal_throttling');
    }
  });

  it('heat: over the trip, with everything that cools at work', async () => {
    for (const data of await throttleOf(boardKinds, { kind: 'throttle', cause: 'heat' })) {
      expect(data).toMatchObject({ verdict: 'thermal' });
      expect(data.hottest?.celsius).toBeGreaterThan(99);
      expect(data.hottest?.celsius).toBeLessThan(104.5);
    }
  });

  it('a supply that sags, and one that is asked for too much: counted where the chip counts', async () => {
    for (const data of await throttleOf(counted, { kind: 'throttle', cause: 'under_voltage' })) {
      expect(data).toMatchObject({ verdict: 'supply', overcurrent: { oc1: { perSecond: expect.any(Number) } } });
      expect(reasonsOf(data)[0]).toBe('undervoltage');
    }
    for (const data of await throttleOf(counted, { kind: 'throttle', cause: 'over_current' })) {
      expect(reasonsOf(data).slice(0, 2)).toEqual(['supply_alarm', 'overcurrent']);
      expect(reasonsOf(data)).toContain('overcurrent_spikes');
    }
    for (const data of await throttleOf(counted, undefined)) {
      // What was counted stays, and rises no more.
      expect(data.overcurrent?.['oc1']).toMatchObject({ perSecond: 0 });
      expect(data.overcurrent?.['oc1']?.sinceBoot).toBeGreaterThan(0);
    }
  });

  it('a full disk: no byte is free', async () => {
    await sim.setFault('orin-nx', { kind: 'full_disk' });
    const data = JSON.stringify(await fleet.device('orin-nx').ask(storageProbe({ health: false }), signal));
    expect(data).toMatch(/"usedPercent":100/);
  });

  it.each([
    ['ops', 'password'],
    ['ops', 'not_in_sudoers'],
    ['nvidia', 'password'],
    ['nvidia', 'not_in_sudoers'],
  ] as const)('sudo that does not let %s through: %s', async (name, as) => {
    await sim.setFault(name, { kind: 'wrong_sudo', as });
    const own = sshFleetFor(sim);
    expect(await own.device(name).sudoKind(signal)).toBe('none');
    await expect(own.device(name).run({ argv: ['id', '-u'], sudo: true }, signal)).rejects.toMatchObject({
      kind: 'not_allowed',
    });
    await own.close();
    await sim.setFault(name, undefined);
    const again = sshFleetFor(sim);
    expect(await again.device(name).sudoKind(signal)).toBe(name === 'ops' ? 'nopasswd' : 'password');
    await again.close();
  });
});
