import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds, boardSpec } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { ChangeTool, Inverse, Prepared } from '../../../src/ports/tool.js';
import { ClocksSet } from '../../../tools/hardware/clocks_set.js';
import { CpuSetGovernor } from '../../../tools/hardware/cpu_set_governor.js';
import { FanSet } from '../../../tools/hardware/fan_set.js';
import { sshFleetFor } from '../../adapters/simulator/ssh-fleet.js';
import { fakeCall } from '../../fakes/fake-device.js';

const logins = ['root', 'ops', 'nvidia'] as const;
const [clocks, fan, governor] = [new ClocksSet(), new FanSet(), new CpuSetGovernor()];

describe('clocks, fan and governor of simulated boards, over SSH', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    const devices = boardKinds.flatMap((board, index) => [
      { name: board, board, login: logins[index % logins.length] ?? 'root' },
      { name: `${board}-fan`, board, login: logins[index % logins.length] ?? 'root' },
      { name: `${board}-hot`, board, login: 'ops', ambientCelsius: 60 },
      { name: `${board}-guest`, board, login: 'guest' },
    ]);
    sim = await startSimulator({ devices, downMs: 100, seed: 'hardware-changes' });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  const prepare = (tool: ChangeTool, args: object, name: string): Promise<Prepared> =>
    tool.prepare(tool.spec.input.parse(args), fleet.device(name), fakeCall(Date.now()));
  /** Carries a call out, checks that it is then as asked for, and returns the data and the way back. */
  async function change(
    tool: ChangeTool,
    args: object,
    name: string,
  ): Promise<{ data: Readonly<Record<string, unknown>>; back: Inverse | undefined }> {
    const parsed = tool.spec.input.parse(args);
    const prepared = await prepare(tool, args, name);
    expect({ name, args, steps: prepared.steps.length }).not.toMatchObject({ steps: 0 });
    expect(await prepare(tool, args, name)).toEqual(prepared);
    const data = await tool.perform(parsed, prepared, fleet.device(name), fakeCall(Date.now()));
    expect(tool.spec.output.parse(data)).toEqual(data);
    const again = await prepare(tool, args, name);
    expect({ name, args, left: again.steps }).toEqual({ name, args, left: [] });
    expect(await tool.perform(parsed, again, fleet.device(name), fakeCall(Date.now()))).toBeDefined();
    return { data: data ?? {}, back: tool.inverse?.(parsed, prepared) };
  }

  it.each(boardKinds)('%s: clocks are held and let go, twice', async (board) => {
    for (let round = 0; round < 2; round += 1) {
      const { data, back } = await change(clocks, { state: 'max' }, board);
      expect(data).toMatchObject({ state: 'pinned', pinned: { cpu: true, gpu: true, emc: true } });
      expect((await change(clocks, back?.arguments ?? {}, board)).data).toMatchObject({ state: 'dynamic' });
    }
  });

  it.each(boardKinds)('%s: the governor is set on every cluster and set back', async (board) => {
    const { data, back } = await change(governor, { governor: 'performance' }, board);
    const cores = (data as { policies: { cores: number[] }[] }).policies.flatMap((policy) => policy.cores);
    const { modes, mode, cpu } = boardSpec(board);
    const off = modes.find(({ id }) => id === mode)?.off ?? [];
    expect(cores).toEqual(
      expect.arrayContaining(Array.from({ length: cpu.cores }, (_, n) => n).filter((n) => !off.includes(n))),
    );
    expect((await change(governor, back?.arguments ?? {}, board)).data).toMatchObject({
      says: expect.stringContaining('schedutil'),
    });
  });

  it.each(boardKinds)(
    '%s: the fan takes a speed, is given back, and takes a profile where it has one',
    async (board) => {
      const name = `${board}-fan`;
      const { data, back } = await change(fan, { speed: 80 }, name);
      expect(data).toMatchObject({ fans: [{ pwm: 204, percent: 80 }] });
      expect(back?.arguments).toEqual({ profile: 'automatic' });
      await change(fan, { profile: 'automatic' }, name);
      if (board === 'nano') {
        await expect(prepare(fan, { profile: 'quiet' }, name)).rejects.toMatchObject({ kind: 'unsupported' });
        return;
      }
      const wanted = board === 'tx2' ? 'cool' : 'quiet';
      const changed = await change(fan, { profile: wanted }, name);
      expect(changed.data).toMatchObject({ profile: wanted });
      expect((await change(fan, changed.back?.arguments ?? {}, name)).data).toMatchObject({
        profile: board === 'tx2' ? 'quiet' : 'cool',
      });
    },
  );

  it.each(boardKinds)('%s, hot: no fan slower than the quiet curve', async (board) => {
    await expect(prepare(fan, { speed: 5 }, `${board}-hot`)).rejects.toMatchObject({
      kind: 'not_allowed',
      message: expect.stringMatching(/^The board is at \d+ °C, where the quiet curve asks for \d+ %; 5 % would/),
    });
    await change(fan, { speed: 100 }, `${board}-hot`);
  });

  it.each(boardKinds)('%s: nobody without root changes anything', async (board) => {
    for (const [tool, args] of [
      [clocks, { state: 'max' }],
      [governor, { governor: 'powersave' }],
      [fan, { speed: 100 }],
    ] as const)
      await expect(prepare(tool, args, `${board}-guest`)).rejects.toMatchObject({ kind: 'not_allowed' });
  });
});
