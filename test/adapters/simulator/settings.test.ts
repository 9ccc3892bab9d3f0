import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { file, glob, type GlobAnswer } from '../../../src/core/probe/probe.js';
import { parseClocksStore } from '../../../src/core/jetson/clocks-store.js';
import { boardKinds, boardSpec } from '../../../src/adapters/simulator/boards/index.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { gone, loginAgain } from './boots.js';
import type { PlainClient } from './plain-client.js';

const cpu = '/sys/devices/system/cpu';
const limits = {
  low: glob(`${cpu}/cpufreq/policy*/scaling_min_freq`),
  high: glob(`${cpu}/cpufreq/policy*/scaling_max_freq`),
  gpuLow: glob('/sys/class/devfreq/*/min_freq'),
  gpuHigh: glob('/sys/class/devfreq/*/max_freq'),
  idle: glob(`${cpu}/cpu0/cpuidle/state*/disable`),
};
const store = '/root/l4t_dfs.conf';

describe('settings of a simulated device', () => {
  let sim: Simulator;
  const clients: PlainClient[] = [];

  beforeAll(async () => {
    sim = await startSimulator({ downMs: 50, devices: boardKinds.map((board) => ({ name: board, board })) });
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
  const textOf = async (client: PlainClient, path: string): Promise<string> =>
    ((await client.answers({ it: file(path) }))['it'] as { text: string }).text;
  const valuesIn = async (client: PlainClient): Promise<Record<keyof typeof limits, string[]>> => {
    const answers = await client.answers(limits);
    return Object.fromEntries(
      Object.entries(answers).map(([key, answer]) => [key, [...(answer as GlobAnswer).files.values()]]),
    ) as Record<keyof typeof limits, string[]>;
  };

  it.each(boardKinds)('%s: jetson_clocks stores, holds, shows and restores', async (board) => {
    const client = await login(board);
    const before = await valuesIn(client);
    expect(before.low).not.toEqual(before.high);
    expect(await client.run(`jetson_clocks --store ${store}`)).toEqual({ code: 0, stdout: '', stderr: '' });
    const stored = parseClocksStore(await textOf(client, store));
    expect(stored).toMatchObject({ heldClocks: false });
    expect((await client.run('jetson_clocks')).code).toBe(0);
    const held = await valuesIn(client);
    expect(held.gpuLow).toEqual(held.gpuHigh);
    expect(held.low.filter((low, index) => low === held.high[index]).length).toBeGreaterThan(0);
    expect([held.high, held.gpuHigh, new Set(held.idle)]).toEqual([before.high, before.gpuHigh, new Set(['1'])]);
    expect((await client.run('jetson_clocks --show')).stdout).toMatch(/WFI=0 c?c7=0/);
    expect(await client.run(`jetson_clocks --store ${store}`, 'n\n')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('already exists'),
    });
    expect(await client.run(`jetson_clocks --restore ${store}`)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await valuesIn(client)).toEqual(before);
    expect(await client.run('jetson_clocks --restore /root/none')).toMatchObject({ code: 1 });
  });

  it('holds clocks until the next start, and stores them whether asked or told so', async () => {
    const client = await login('agx-orin-jp7');
    const before = await valuesIn(client);
    const emc = async (of: PlainClient): Promise<string> =>
      / *EMC (Min\S+ Max\S+)/.exec((await of.run('jetson_clocks --show')).stdout)?.[1] ?? '';
    expect(await emc(client)).toBe('MinFreq=204000000 MaxFreq=3199000000');
    await client.run('jetson_clocks --fan');
    expect(await emc(client)).toBe('MinFreq=3199000000 MaxFreq=3199000000');
    expect((await client.run('jetson_clocks --show')).stdout).toContain(
      'Dynamic Speed Control=disabled hwmon0_pwm1=255',
    );
    expect(await client.run(`jetson_clocks --store ${store}`, 'y\n')).toMatchObject({ code: 0 });
    expect(parseClocksStore(await textOf(client, store))).toMatchObject({ heldClocks: true });
    const cut = gone(client);
    await client.run('reboot');
    await cut;
    const again = await login('agx-orin-jp7');
    expect(await valuesIn(again)).toEqual(before);
    expect((await again.run('jetson_clocks --show')).stdout).toContain('Speed Control=nvfancontrol');
  });

  it('takes what is written to its kernel files, from root and within reach', async () => {
    const [root, plain] = [await login('orin-nx'), await login('orin-nx', 'ops')];
    const governors = `${cpu}/cpufreq/policy0/scaling_governor ${cpu}/cpufreq/policy4/scaling_governor`;
    expect(await root.run(`tee ${governors}`, 'performance\n')).toEqual({
      code: 0,
      stdout: 'performance\n',
      stderr: '',
    });
    const read = glob(`${cpu}/cpufreq/policy*/{}`.replace('{}', 'scaling_governor'));
    const governorsNow = (await root.answers({ read }))['read'] as GlobAnswer;
    expect([...governorsNow.files.values()]).toEqual(['performance', 'performance']);
    expect(await textOf(root, `${cpu}/cpufreq/policy0/scaling_cur_freq`)).toBe(
      await textOf(root, `${cpu}/cpufreq/policy0/scaling_max_freq`),
    );
    const one = `${cpu}/cpufreq/policy0/scaling_governor`;
    expect(await root.run(`tee ${one}`, 'warp\n')).toMatchObject({
      code: 1,
      stderr: `tee: ${one}: Invalid argument\n`,
    });
    expect(await plain.run(`tee ${one}`, 'powersave')).toMatchObject({
      code: 1,
      stderr: `tee: ${one}: Permission denied\n`,
    });
    await root.run(`tee ${cpu}/cpufreq/policy0/scaling_max_freq`, '1\n');
    expect(await textOf(root, `${cpu}/cpufreq/policy0/scaling_max_freq`)).toBe(String(boardSpec('orin-nx').cpu.minKHz));
    expect(await root.run('tee /sys/new', 'x')).toMatchObject({ code: 1 });
    expect(await plain.run('tee /home/ops/note', 'x')).toMatchObject({ code: 0 });
    expect(await textOf(plain, '/home/ops/note')).toBe('x');
    await root.run('systemctl restart nvpmodel');
    expect(await textOf(root, `${cpu}/cpufreq/policy0/scaling_max_freq`)).toBe('1497600');
  });

  it('turns its fan by hand, and by the profile that it is given', async () => {
    const client = await login('orin-nano-super');
    const pwm = '/sys/class/hwmon/hwmon0/pwm1';
    const conf = '/etc/nvfancontrol.conf';
    expect(await client.run('systemctl is-active nvfancontrol.service')).toMatchObject({ code: 0, stdout: 'active\n' });
    await client.run('systemctl stop nvfancontrol.service');
    expect(await client.run('systemctl is-active nvfancontrol.service')).toMatchObject({
      code: 3,
      stdout: 'inactive\n',
    });
    await client.run(`tee ${pwm}`, '200\n');
    expect(await textOf(client, pwm)).toBe('200');
    const line = `'s/^([[:space:]]*FAN_DEFAULT_PROFILE)[[:space:]]+.*$/\\1 quiet/'`;
    expect(await client.run(`sed -i --follow-symlinks -E ${line} ${conf}`)).toMatchObject({ code: 0, stderr: '' });
    expect(await textOf(client, conf)).toMatch(/FAN_DEFAULT_PROFILE quiet/);
    await client.run('systemctl start nvfancontrol.service');
    expect((await client.run('nvfancontrol -q')).stdout).toContain('FAN_PROFILE:cool');
    await client.run('systemctl stop nvfancontrol.service');
    expect(await client.run('rm -f /var/lib/nvfancontrol/status')).toMatchObject({ code: 0 });
    await client.run('systemctl start nvfancontrol.service');
    expect((await client.run('nvfancontrol -q')).stdout).toContain('FAN_PROFILE:quiet');
    expect(Number(await textOf(client, pwm))).toBeLessThan(200);
  });

  it('turns the fan of JetPack 4 by its own files, and by nvpmodel', async () => {
    const client = await login('tx2');
    const fan = '/sys/devices/pwm-fan';
    await client.run(`tee ${fan}/temp_control`, '0\n');
    await client.run(`tee ${fan}/target_pwm`, '17\n');
    expect([await textOf(client, `${fan}/cur_pwm`), await textOf(client, `${fan}/temp_control`)]).toEqual(['17', '0']);
    await client.run(`tee ${fan}/temp_control`, '1\n');
    expect(Number(await textOf(client, `${fan}/cur_pwm`))).toBeGreaterThan(17);
    expect(await client.run('nvpmodel -d cool')).toMatchObject({ code: 0, stderr: '' });
    expect((await client.run('nvpmodel -q')).stdout).toMatch(/^NV Fan Mode:cool\n/);
  });
});
