import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quote } from '../../../src/core/command.js';
import { argv, exists, file, glob } from '../../../src/core/probe/probe.js';
import { simulatorPassword } from '../../../src/adapters/simulator/device/account.js';
import { startSimulator, type Simulator } from '../../../src/adapters/simulator/start-simulator.js';
import { PlainClient } from './plain-client.js';

const mark = 'b'.repeat(32);
const prompt = 'c'.repeat(32);
const supervised = (argvText: string, bytes = '-', word = '-'): string =>
  `/bin/sh -c 'the supervisor' jetfleet-run ${bytes} ${word} ${argvText}`;

describe('what a simulated device answers', () => {
  let sim: Simulator;
  const clients = new Map<string, PlainClient>();

  beforeAll(async () => {
    sim = await startSimulator({ devices: [{ name: 'orin-1', board: 'orin-nano-super' }], seed: 'commands' });
    const [device] = sim.devices;
    for (const username of ['root', 'ops', 'nvidia', 'guest']) {
      clients.set(username, await PlainClient.connect(device!, { username, privateKey: sim.clientKey.privateKey }));
    }
  });
  afterAll(async () => {
    for (const client of clients.values()) client.end();
    await sim.close();
  });
  const as = (user: string): PlainClient => clients.get(user)!;

  it('answers file, glob, exists and argv reads in the frame that the probes parse', async () => {
    const answers = await as('ops').answers({
      release: file('/etc/nv_tegra_release'),
      zones: glob('/sys/class/thermal/thermal_zone*/temp'),
      docker: exists('/var/run/docker.sock'),
      nothing: exists('/no/such/path'),
      absent: file('/no/such/path'),
      mode: argv(['nvpmodel', '-q'], { stderr: 'merge' }),
      missing: argv(['no-such-program']),
    });
    expect(answers['release']).toMatchObject({
      status: 'ok',
      text: expect.stringContaining('# R36 (release), REVISION: 4.4'),
    });
    const zones = answers['zones'] as { files: Map<string, string>; unreadable: string[] };
    expect([...zones.files.keys()].length).toBe(6);
    expect(zones.unreadable).toEqual([2, 3, 4].map((zone) => `/sys/class/thermal/thermal_zone${zone}/temp`));
    expect(answers['docker']).toBe(true);
    expect(answers['nothing']).toBe(false);
    expect(answers['absent']).toEqual({ status: 'absent', text: '' });
    expect(answers['mode']).toEqual({ status: 'ok', exitCode: 0, text: 'NV Power Mode: 25W\n1' });
    expect(answers['missing']).toMatchObject({ status: 'absent', exitCode: 127 });
  });

  it('denies what needs root, and says what the command says', async () => {
    const reads = {
      emc: file('/sys/kernel/debug/bpmp/debug/clk/emc/rate'),
      clocks: argv(['jetson_clocks', '--show'], { stderr: 'merge' }),
    };
    for (const user of ['ops', 'nvidia', 'guest']) {
      const answers = await as(user).answers(reads);
      expect(answers['emc']).toEqual({ status: 'absent', text: '' });
      expect(answers['clocks']).toEqual({
        status: 'failed',
        exitCode: 1,
        text: 'Error: Run this script(/usr/bin/jetson_clocks) as a root user',
      });
    }
    const answers = await as('root').answers(reads);
    expect(answers['emc']).toMatchObject({ status: 'ok' });
    expect(answers['clocks']).toMatchObject({ status: 'ok', text: expect.stringContaining('SOC family:tegra234') });
  });

  it('lets sudo through by the rights of the account', async () => {
    const inSudo = `sudo -n -- /bin/sh -c ${quote('jetson_clocks --show </dev/null 2>&1')} </dev/null 2>/dev/null`;
    expect(await as('ops').run(inSudo)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('NV Power Mode: 25W'),
    });
    expect(await as('root').run(inSudo)).toMatchObject({ code: 0 });
    for (const user of ['nvidia', 'guest'])
      expect(await as(user).run(inSudo)).toEqual({ code: 1, stdout: '', stderr: '' });
    expect((await as('nvidia').run('sudo -n true')).stderr).toBe('sudo: a password is required\n');
  });

  it('asks for the sudo password by its prompt, takes the right one and refuses a wrong one', async () => {
    const command = `exec sudo -S -p ${prompt} -- ${supervised('id -u', '-', mark)}`;
    const talk = async (
      user: string,
      password: string,
    ): Promise<{ err: string; out: string; code: number | undefined }> => {
      const channel = await as(user).channel(command);
      let [err, out, sent] = ['', '', 0];
      let code: number | undefined;
      channel.on('data', (bytes: Buffer) => (out += bytes.toString()));
      channel.stderr.on('data', (bytes: Buffer) => {
        err += bytes.toString();
        const asked = err.split(prompt).length - 1;
        for (; sent < asked; sent++) channel.write(`${password}\n`);
      });
      await new Promise<void>((resolve) => {
        channel.on('close', (exit?: number | null) => {
          code = exit ?? undefined;
          resolve();
        });
      });
      return { err, out, code };
    };
    expect(await talk('nvidia', simulatorPassword)).toEqual({ err: `${prompt}${mark}\n`, out: '0\n', code: 0 });
    const wrong = await talk('nvidia', 'not it');
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('3 incorrect password attempts') });
    expect(await talk('guest', simulatorPassword)).toMatchObject({
      code: 1,
      err: expect.stringContaining('not in the sudoers file'),
    });
  });

  it('runs a supervised program until its input ends, as the supervisor does', async () => {
    const channel = await as('ops').channel(`exec ${supervised('tegrastats --interval 20')}`);
    const exit = new Promise((resolve) => channel.on('exit', resolve));
    await new Promise<void>((resolve) => {
      let lines = 0;
      channel.on('data', (bytes: Buffer) => {
        lines += bytes.toString().split('\n').length - 1;
        if (lines >= 3) resolve();
      });
    });
    channel.end();
    expect(await exit).toBe(0);
  });

  it('answers a session shell: preamble, pipelined exchanges, stop from beside', async () => {
    const channel = await as('ops').channel('exec /bin/sh');
    let text = '';
    channel.on('data', (bytes: Buffer) => (text += bytes.toString()));
    const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(text);
        if (match !== null) return match;
        await new Promise((resolve) => channel.once('data', resolve));
      }
    };
    channel.write(
      `exec 2>/dev/null; unset ENV; export LC_ALL=C PATH="\${PATH:-/bin}:/sbin"; l=; read -r l </proc/$$/stat; set -- \${l##*) } -; sid=$4\nprintf '\\n%s %s\\n' ${mark} "$sid"\n`,
    );
    const [, sid] = await until(new RegExp(`\n${mark} (\\d+)\n`));
    for (const word of ['one', 'two', 'three'])
      channel.write(`id -u\nsudo -n true </dev/null >/dev/null 2>&1\nprintf '\\n%s %d\\n' ${word} $?\n`);
    await until(/\none 0\n[^]*\ntwo 0\n[^]*\nthree 0\n/);
    const closed = new Promise((resolve) => channel.on('close', resolve));
    expect((await as('ops').run(`exec /bin/sh -c 'the stopper' jetfleet-stop ${sid!}`)).code).toBe(0);
    await closed;
    expect((await as('ops').run(`exec /bin/sh -c 'the stopper' jetfleet-stop ${sid!}`)).code).toBe(1);
  });

  it('refuses what it does not know, and never guesses', async () => {
    const refusals = [
      'cat /no/such/file',
      'nvpmodel -m 2 -f other.conf',
      'tegrastats --stop',
      'systemctl kill ssh',
      'docker ps',
      'ls | sh',
      'id -u || id',
      'rm -rf /',
      '$(id)',
      '`id`',
      'sudo -u nvidia id',
      'id -u > /etc/passwd',
    ];
    for (const command of refusals) {
      const ran = await as('root').run(command);
      expect({ command, ...ran }).toMatchObject({
        stdout: '',
        stderr: expect.stringMatching(/^jetfleet simulator: unsupported: /),
      });
      expect([2, 127]).toContain(ran.code);
    }
    expect((await as('root').run('make -j4 all')).stderr).toBe('jetfleet simulator: unsupported: make -j4 all\n');
  });

  it('knows what a user tries first', async () => {
    const said = async (command: string): Promise<string> => (await as('ops').run(command)).stdout;
    expect(await said('uname')).toBe('Linux\n');
    expect(await said('uname -a')).toMatch(/^Linux orin-1 5\.15\.148-tegra #1 SMP PREEMPT .* aarch64 GNU\/Linux\n$/);
    expect([await said('hostname'), await said('whoami')]).toEqual(['orin-1\n', 'ops\n']);
    expect(await said('cat /etc/nv_tegra_release')).toContain('# R36 (release), REVISION: 4.4');
    expect(await as('ops').run('cat /sys/kernel/debug/bpmp/debug/clk/emc/rate')).toMatchObject({
      code: 127,
      stdout: '',
    });
  });
});
