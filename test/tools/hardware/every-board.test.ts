import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardKinds } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { ReadTool } from '../../../src/ports/tool.js';
import { tools } from '../../../tools/index.js';
import { sshFleetFor } from '../../adapters/simulator/ssh-fleet.js';
import { fakeCall } from '../../fakes/fake-device.js';

const users = ['root', 'ops', 'nvidia', 'guest'] as const;
const hardwareTools = tools.filter((tool): tool is ReadTool => tool.kind === 'read' && tool.spec.area === 'hardware');
type Answer = Record<string, unknown> & { notRead?: { what: string; why: string }[]; unknown?: string[] };

describe('the hardware tools on every simulated board, over SSH', () => {
  let sim: Simulator;
  let fleet: SshFleet;
  beforeAll(async () => {
    const devices = users.flatMap((login) => boardKinds.map((board) => ({ name: `${board}-${login}`, board, login })));
    sim = await startSimulator({ devices, seed: 'every-board' });
    fleet = sshFleetFor(sim);
  });
  afterAll(async () => {
    await fleet.close();
    await sim.close();
  });

  async function ask(tool: ReadTool, device: string): Promise<Answer> {
    const args = tool.spec.name === 'hardware_watch' ? { seconds: 1, intervalMs: 500 } : {};
    const data = await tool.read(tool.spec.input.parse(args), fleet.device(device), fakeCall(Date.now()));
    expect(tool.spec.output.parse(data)).toEqual(data);
    return data;
  }
  const answersOf = async (name: string, user: string): Promise<Record<string, Answer>> => {
    const tool = hardwareTools.find((candidate) => candidate.spec.name === name);
    if (!tool) throw new Error(`no tool ${name}`);
    return Object.fromEntries(
      await Promise.all(boardKinds.map(async (board) => [board, await ask(tool, `${board}-${user}`)] as const)),
    );
  };

  it.each(users.flatMap((user) => hardwareTools.map((tool) => [tool.spec.name, user] as const)))(
    '%s answers %s and understands everything',
    async (name, user) => {
      for (const [board, { unknown }] of Object.entries(await answersOf(name, user)))
        expect({ board, unknown }).toEqual({ board });
    },
  );

  it('tell more to root than to a plain user, and say what they could not read', async () => {
    const [asRoot, asGuest] = [await answersOf('hardware_stats', 'root'), await answersOf('hardware_stats', 'guest')];
    for (const board of boardKinds) {
      expect({ board, emc: asRoot[board]?.['emc'] }).toMatchObject({ emc: { frequencyMHz: expect.any(Number) } });
      const hidden = asGuest[board]?.notRead?.find(({ what }) => what === 'emc');
      expect({ board, emc: asGuest[board]?.['emc'] === undefined, why: hidden?.why }).toMatchObject({
        emc: hidden !== undefined,
        why: hidden === undefined ? undefined : expect.stringMatching(/root/),
      });
      for (const answer of [asRoot[board], asGuest[board]]) {
        expect(answer).toMatchObject({ gpu: { loadPercent: expect.any(Number), frequencyMHz: expect.any(Array) } });
      }
    }
  });

  it('know whether the total is measured or added up', async () => {
    const answers = await answersOf('hardware_stats', 'guest');
    const kinds = Object.fromEntries(
      Object.entries(answers).map(([board, { power }]) => [board, (power as { totalIs: string }).totalIs]),
    );
    expect(kinds).toMatchObject({
      nano: 'input',
      tx2: 'input',
      'xavier-nx': 'input',
      'agx-xavier': 'sum_of_rails',
      'orin-nano-super': 'input',
      'orin-nx': 'input',
      'agx-orin': 'sum_of_rails',
    });
  });

  it('name the present power mode on every board', async () => {
    for (const [board, { current, modes }] of Object.entries(await answersOf('power_modes', 'guest'))) {
      const name = (current as { name?: string } | undefined)?.name;
      expect({ board, names: (modes as { name: string }[]).map((mode) => mode.name) }).toMatchObject({
        names: expect.arrayContaining([name]),
      });
    }
  });
});
