import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds, boardSpec } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { Failure } from '../../../src/core/errors.js';
import { PowerSetMode } from '../../../tools/hardware/power_set_mode.js';
import { sshFleetFor } from '../../adapters/simulator/ssh-fleet.js';
import { fakeCall } from '../../fakes/fake-device.js';

const tool = new PowerSetMode();
type Data = NonNullable<Awaited<ReturnType<PowerSetMode['settle']>>>;
const notYet = ['unreachable', 'timeout', 'auth_failed'];
const logins = ['root', 'ops', 'nvidia'] as const;

describe('power_set_mode on simulated boards, over SSH', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    const devices = [
      ...boardKinds.map((board, index) => ({ name: board, board, login: logins[index % logins.length] ?? 'root' })),
      ...boardKinds.map((board) => ({ name: `${board}-used`, board, login: 'ops', goldenContext: true })),
      ...boardKinds.map((board) => ({ name: `${board}-dead`, board, login: 'ops', goldenContext: true })),
      { name: 'plain', board: 'orin-nx' as const, login: 'guest' },
    ];
    sim = await startSimulator({ devices, downMs: 100, seed: 'power-set-mode' });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  const call = (): ReturnType<typeof fakeCall> => fakeCall(Date.now());
  const begin = async (
    name: string,
    args: Parameters<PowerSetMode['prepare']>[0],
  ): Promise<{ prepared: Awaited<ReturnType<PowerSetMode['prepare']>>; data: Data | undefined }> => {
    const device = fleet.device(name);
    const prepared = await tool.prepare(args, device, call());
    return { prepared, data: await tool.perform(args, prepared, device, call()) };
  };
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  /** One look, as the server that waits takes it. */
  const look = async (
    name: string,
    awaits: Parameters<PowerSetMode['settle']>[0],
  ): Promise<Data | 'away' | undefined> => {
    try {
      return await tool.settle(awaits, fleet.device(name), call());
    } catch (error) {
      if (error instanceof Failure && notYet.includes(error.kind)) return 'away';
      throw error;
    }
  };
  const switched = async (name: string, args: Parameters<PowerSetMode['prepare']>[0]): Promise<Data> => {
    const { prepared, data } = await begin(name, args);
    if (data) return data;
    const { awaits } = prepared;
    if (!awaits) throw new Error('it neither ended nor is it waited for');
    for (let looks = 0; looks < 150; looks += 1) {
      const seen = await look(name, awaits);
      if (typeof seen === 'object') return seen;
      await pause();
    }
    throw new Error('it was awaited in vain');
  };

  it.each(boardKinds)('%s goes through all its modes, and reboots exactly where the masks differ', async (board) => {
    const { modes, mode: first } = boardSpec(board);
    let at = modes.find(({ id }) => id === first);
    for (const to of [...modes, ...modes.filter(({ id }) => id === first)]) {
      if (to.id === at?.id) continue;
      const before = at?.name;
      expect(await switched(board, { mode: to.name })).toEqual({
        mode: expect.objectContaining({ id: to.id, name: to.name }),
        before,
        rebooted: to.tpcMask !== at?.tpcMask,
        says: expect.stringContaining(`The power mode is ${to.name}`),
      });
      at = to;
    }
    expect((await tool.prepare({ mode: at?.name ?? '' }, fleet.device(board), call())).steps).toEqual([]);
  });

  it.each(boardKinds)(
    '%s, its GPU in use: keeps its mode where no reboot is allowed, and reboots where one is',
    async (board) => {
      const name = `${board}-used`;
      const { modes, mode: first } = boardSpec(board);
      const at = modes.find(({ id }) => id === first);
      const to = modes.find(({ id, tpcMask }) => id !== first && tpcMask === at?.tpcMask)?.name ?? '';
      await expect(begin(name, { mode: to })).rejects.toMatchObject({
        kind: 'command_failed',
        message: expect.stringContaining(`The power mode is ${at?.name}, not ${to}, as before`),
      });
      const { steps } = await tool.prepare({ mode: at?.name ?? '' }, fleet.device(name), call());
      expect(steps).toEqual([]);
      expect(await switched(name, { mode: to, reboot: true })).toMatchObject({ mode: { name: to }, rebooted: true });
    },
  );

  it('boards that never come back stay awaited, with words for it; their power brings the answer', async () => {
    await Promise.all(
      boardKinds.map(async (board) => {
        const name = `${board}-dead`;
        const { modes, mode: first } = boardSpec(board);
        const to = modes.find(({ id }) => id !== first)?.name ?? '';
        await sim.setFault(name, { kind: 'hangs_on_reboot' });
        const { prepared, data } = await begin(name, { mode: to, reboot: true });
        const { awaits } = prepared;
        if (!awaits) throw new Error('nothing is awaited');
        expect({ board, data, hint: awaits.overdue.hint }).toEqual({
          board,
          data: undefined,
          hint: expect.stringMatching(/power/),
        });
        let seen = await look(name, awaits);
        for (; seen === undefined; seen = await look(name, awaits)) await pause();
        expect({ board, seen }).toEqual({ board, seen: 'away' });
        await sim.setFault(name, undefined);
        await sim.powerOn(name);
        for (; typeof seen !== 'object'; seen = await look(name, awaits)) await pause();
        expect({ board, seen }).toMatchObject({ seen: { mode: { name: to }, rebooted: true } });
      }),
    );
  }, 60_000);

  it('refuses before anything runs where the user cannot become root', async () => {
    await expect(begin('plain', { mode: '15W' })).rejects.toMatchObject({ kind: 'not_allowed' });
  });
});
