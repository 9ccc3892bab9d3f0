import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds, boardSpec, type BoardKind } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { Failure } from '../../../src/core/errors.js';
import type { ChangeTool } from '../../../src/ports/tool.js';
import { PowerSetMode } from '../../../tools/hardware/power_set_mode.js';
import { ServiceControl } from '../../../tools/system/service_control.js';
import { SystemReboot } from '../../../tools/system/system_reboot.js';
import { fakeCall } from '../../fakes/fake-device.js';
import { sshFleetFor } from './ssh-fleet.js';

describe('the tools that change most, on simulated boards', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    sim = await startSimulator({
      downMs: 50,
      devices: boardKinds.map((board) => ({ name: board, board, login: 'ops', ambientCelsius: 5 })),
    });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  async function change(tool: ChangeTool, name: string, given: object): Promise<unknown> {
    const [device, call, args] = [fleet.device(name), fakeCall(Date.now()), tool.spec.input.parse(given)];
    const prepared = await tool.prepare(args, device, call);
    let data = await tool.perform(args, prepared, device, call);
    while (data === undefined && prepared.awaits !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      data = await tool.settle?.(prepared.awaits, device, call).catch((error: unknown) => {
        if (error instanceof Failure && ['unreachable', 'timeout'].includes(error.kind)) return undefined;
        throw error;
      });
    }
    return data;
  }

  it.each(boardKinds)('%s: every power mode from every other', async (board: BoardKind) => {
    const { modes, mode } = boardSpec(board);
    const others = [...modes.filter(({ id }) => id !== mode), ...modes.filter(({ id }) => id === mode)];
    for (const [index, { id, name, tpcMask }] of others.entries()) {
      const before = index === 0 ? mode : others[index - 1]?.id;
      const from = modes.find((candidate) => candidate.id === before);
      const data = await change(new PowerSetMode(), board, { mode: name });
      expect(data).toMatchObject({ mode: { id }, rebooted: tpcMask !== from?.tpcMask });
      expect(data).not.toHaveProperty('notInForce');
    }
  });

  it('services and a restart', async () => {
    const control = new ServiceControl(50);
    for (const action of ['restart', 'stop', 'start', 'disable', 'enable'])
      expect(await change(control, 'orin-nx', { unit: 'docker', action })).toMatchObject({
        unit: 'docker.service',
        active: action === 'stop' ? 'inactive' : 'active',
        enabled: action === 'disable' ? 'disabled' : 'enabled',
      });
    sim.setUnit('orin-nx', 'docker.service', { diesWith: 1 });
    await expect(change(control, 'orin-nx', { unit: 'docker', action: 'restart' })).rejects.toMatchObject({
      message: expect.stringContaining('did not stay up'),
    });
    expect(await change(new SystemReboot(), 'orin-nx', {})).toMatchObject({ rebooted: true });
  });
});
