import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { argv, file, glob, type GlobAnswer } from '../../../src/core/probe/probe.js';
import { boardKinds, boardSpec } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { PlainClient } from './plain-client.js';
import { bootIdOf, gone, loginAgain } from './boots.js';

const prompt = (id: number): string =>
  `NVPM WARN: Reboot required for changing to this power mode: ${id}\nNVPM WARN: DO YOU WANT TO REBOOT NOW? enter YES/yes to confirm:\n`;
const golden = 'NVPM WARN: Golden image context is already created\n';
const notAsked = 'NVPM ERROR: optMask is 1, no request for power mode\n';
const noInput = `NVPM ERROR: bad input!\n${notAsked}`;
const wholeState = {
  mode: argv(['nvpmodel', '-q']),
  status: file('/var/lib/nvpmodel/status'),
  online: file('/sys/devices/system/cpu/online'),
  cpu: glob('/sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq'),
  gpu: glob('/sys/class/devfreq/*/max_freq'),
};

const valuesOf = (answer: unknown): string[] => [...(answer as GlobAnswer).files.values()];

describe('nvpmodel -m on a simulated device', () => {
  let sim: Simulator;
  const clients: PlainClient[] = [];

  beforeAll(async () => {
    sim = await startSimulator({
      downMs: 100,
      devices: [
        ...boardKinds.map((board) => ({ name: board, board })),
        { name: 'used-gpu', board: 'orin-nano-super', goldenContext: true },
      ],
    });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.end();
  });
  afterAll(() => sim.close());
  const login = async (name: string, username = 'root'): Promise<PlainClient> => {
    const client = await loginAgain(sim, name, username);
    clients.push(client);
    return client;
  };
  const modeOf = async (client: PlainClient): Promise<string> => (await client.run('nvpmodel -q')).stdout;

  it.each(boardKinds)('%s: a mode of the same mask is in force at once, with all its limits', async (board) => {
    const spec = boardSpec(board);
    const before = spec.modes.find(({ id }) => id === spec.mode)!;
    const other = spec.modes.find(({ id, tpcMask }) => id !== spec.mode && tpcMask === before.tpcMask)!;
    const client = await login(board);
    const bootId = await bootIdOf(client);
    expect(await client.run(`nvpmodel -m ${other.id}`)).toEqual({ code: 0, stdout: '', stderr: '' });
    const answers = await client.answers(wholeState);
    expect(answers['mode']).toMatchObject({
      text: expect.stringMatching(new RegExp(`Mode: ${other.name}\n${other.id}$`)),
    });
    expect(answers['status']).toMatchObject({ text: `pmode:000${other.id}` });
    expect(new Set(valuesOf(answers['gpu']))).toEqual(new Set([String(other.gpuMaxHz)]));
    expect(valuesOf(answers['cpu'])).toContain(String(other.cpuMaxKHz));
    expect(await bootIdOf(client)).toBe(bootId);
    await client.run(`nvpmodel -m ${spec.mode}`);
    expect(await modeOf(client)).toContain(`${before.name}\n${before.id}\n`);
  });

  it.each([
    ['orin-nano-super', 3, '0-3'],
    ['orin-nx', 2, '0-3'],
    ['agx-orin', 2, '0-7'],
    ['agx-xavier', 1, '0-1'],
    ['agx-thor', 2, '0-11'],
  ] as const)('%s: mode %i has another mask: asked, refused, then agreed', async (board, id, online) => {
    const client = await login(board);
    const [mode, bootId] = [await modeOf(client), await bootIdOf(client)];
    for (const [answer, says] of [
      ['no\n', notAsked],
      ['\n', notAsked],
      ['Yes\n', notAsked],
      ['', noInput],
    ] as const) {
      expect(await client.run(`nvpmodel -m ${id}`, answer)).toEqual({ code: 0, stdout: prompt(id), stderr: says });
    }
    expect([await modeOf(client), await bootIdOf(client)]).toEqual([mode, bootId]);
    const cut = gone(client);
    const agreed = await client.run(`nvpmodel -m ${id}`, 'YES\n');
    await cut;
    expect(agreed).toMatchObject({ stdout: `${prompt(id)}NVPM WARN: rebooting\n`, stderr: '' });
    const after = await login(board);
    expect(await modeOf(after)).toMatch(new RegExp(`\n${id}\n$`));
    expect(await bootIdOf(after)).not.toBe(bootId);
    expect((await after.answers(wholeState))['online']).toMatchObject({ text: online });
    const cutAgain = gone(after);
    expect(await after.run(`nvpmodel -m ${boardSpec(board).mode} --force`)).toMatchObject({
      stdout: 'NVPM WARN: rebooting\n',
    });
    await cutAgain;
    expect(await modeOf(await login(board))).toBe(mode);
  });

  it('asks where the GPU was used, whatever the masks, and not for the mode it has', async () => {
    const client = await login('used-gpu');
    expect(await client.run('nvpmodel -m 2', 'no\n')).toEqual({
      code: 0,
      stdout: golden + prompt(2),
      stderr: notAsked,
    });
    expect(await client.run('nvpmodel -m 1')).toEqual({ code: 0, stdout: '', stderr: '' });
    sim.setGoldenContext('used-gpu', false);
    expect(await client.run('nvpmodel -m 2')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await modeOf(client)).toContain('MAXN_SUPER\n2\n');
    sim.setGoldenContext('used-gpu', true);
    const cut = gone(client);
    expect((await client.run('nvpmodel -m 0', 'yes\n')).stdout).toContain('rebooting');
    await cut;
    expect(await modeOf(await login('used-gpu'))).toContain('15W\n0\n');
  });

  it('is nothing for a plain user, and knows no mode that is not in its file', async () => {
    const plain = await login('orin-nx', 'ops');
    const before = await modeOf(plain);
    const refused = await plain.run('nvpmodel -m 2', 'YES\n');
    expect(refused).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('NVPM ERROR: Error opening'),
    });
    expect(refused.stderr).toContain('NVPM ERROR: failed to set power mode!');
    const root = await login('orin-nx');
    expect(await root.run('nvpmodel -m 9', 'YES\n')).toMatchObject({ stderr: expect.stringContaining('NVPM ERROR') });
    expect(await modeOf(root)).toBe(before);
    const inSudo = await plain.run('sudo -n -- nvpmodel -m 3');
    expect(inSudo).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await modeOf(plain)).toContain('25W\n3\n');
  });
});
