import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { bareEnvironment, ensureBuilt, program, run, start } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

const home = mkdtempSync(join(tmpdir(), 'jetfleet-home-'));
const env = bareEnvironment(home);

beforeAll(() => ensureBuilt(), 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A port that is free, and the next one most likely too. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.9.77');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return Math.min(port, 65_000);
}

describe('the command line', () => {
  it('explains itself', async () => {
    expect(await run(['--help'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage: jetfleet'),
      stderr: '',
    });
    const { version } = JSON.parse(readFileSync(join(program, '../../package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'], { env })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['--no-such'], 'There is no option "--no-such"'],
    [['serv'], 'Write jetfleet serve.'],
    [['tools', '--toolsets', 'hardwear'], 'Did you mean hardware?'],
    [['call', 'system_inf'], 'system_info'],
    [['call', 'system_info', '{'], 'not a JSON object'],
  ])('refuses %j on stderr', async (args, words) => {
    const { code, stdout, stderr } = await run(args, { env });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(words);
  });

  it('lists tools as the options leave them', async () => {
    const all = await run(['tools', '--toolsets', 'all', '--exclude-tools', 'fan_status'], { env });
    expect(all.stdout).toMatch(/^system_info +read /m);
    expect(all.stdout).not.toContain('fan_status');
    const few = await run(['tools'], { env: { ...env, JETFLEET_TOOLSETS: 'system' } });
    expect(few.stdout.split('\n').filter((each) => each.startsWith('hardware_'))).toEqual([]);
  });

  it('begins a fleet file, tells the clients, and never replaces it', async () => {
    const path = join(home, 'new/fleet.yaml');
    const first = await run(['init', '--config', path], { env });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(JSON.stringify(program));
    expect(first.stdout).toContain(`${process.execPath} ${program} --config ${path}`);
    const written = readFileSync(path, 'utf8');
    expect(written).toContain('devices:');
    expect((await run(['init', '--config', path], { env })).stdout).toContain('left as it is');
    expect(readFileSync(path, 'utf8')).toBe(written);
  });

  it.each(['init', 'serve', 'doctor'])('refuses a HOME that is no full path: %s', async (command) => {
    const before = readdirSync('.');
    const { code, stdout, stderr } = await run([command], {
      env: { ...env, HOME: 'relative', USERPROFILE: 'relative' },
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(process.platform === 'win32' ? 'Set USERPROFILE' : 'Set HOME');
    expect(readdirSync('.')).toEqual(before);
  });

  it('gives up on a HOME below which nothing can be made', async () => {
    const { code, stderr } = await run(['init'], { env: { PATH: env['PATH'] ?? '', HOME: '/proc/nope' } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot write /proc/nope/')]);
  });

  it('asks for boards once the fleet file is there', async () => {
    const path = join(home, 'empty/fleet.yaml');
    await run(['init', '--config', path], { env });
    const { code, stdout } = await run(['doctor', 'all', '--config', path], { env });
    expect([code, stdout]).toEqual([1, expect.stringContaining(`No devices yet. Put your boards into ${path}.`)]);
    expect(stdout).not.toContain('jetfleet init');
  });

  it('prints JSON where it is asked to', async () => {
    const tools = JSON.parse((await run(['tools', '--json'], { env })).stdout) as { name: string }[];
    expect(tools.map(({ name }) => name)).toContain('device_list');
    const { stdout } = await run(['doctor', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ here: { devices: 0, problems: [] } });
  });

  it('says how to begin when it is asked for a diagnosis without devices', async () => {
    const { code, stdout } = await run(['doctor'], { env });
    expect(code).toBe(1);
    expect(stdout).toContain('jetfleet init');
  });
});

describe('jetfleet demo', () => {
  it('runs by itself and answers as expected', async () => {
    const { code, stdout, stderr } = await run(['demo'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('That was the demo.');
    expect(stdout).not.toContain('\u001b[');
  });

  it('is bound by no policy or options of its user, and leaves nothing in their folders', async () => {
    const user = mkdtempSync(join(home, 'user-'));
    const policy = join(user, 'deny.yaml');
    writeFileSync(policy, 'rules: [{ then: deny }]\n', { mode: 0o600 });
    const settings = { JETFLEET_POLICY: policy, JETFLEET_MOCK_SSH: 'true', JETFLEET_READ_ONLY: 'false' };
    const { code, stdout } = await run(['demo', '--devices=2'], { env: bareEnvironment(user, settings) });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Do it? [y/N] y')]);
    expect(readdirSync(user)).toEqual(['deny.yaml']);
  });

  it('only looks where it is told to', async () => {
    const { code, stdout } = await run(['demo', '--devices=2', '--read-only'], { env });
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('Do it?')]);
  });

  it.each(['1', '30'])('runs on a fleet of another size: %s', async (devices) => {
    expect(await run(['demo', '--devices', devices], { env })).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('jetfleet sim', () => {
  it('serves simulated boards that another jetfleet can ask, until it is stopped', async () => {
    const sim = start(['sim', '--devices', '3'], { env });
    await sim.until((text) => text.includes('Fleet file: '));
    const config = /Fleet file: (.*)/.exec(sim.stdout())?.[1] ?? '';
    const { code, stdout } = await run(['call', 'system_info', '{"selector":"all"}', '--json', '--config', config], {
      env,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { ok: 3, failed: 0 } });
    sim.process.kill('SIGINT');
    await new Promise((resolve) => sim.process.once('close', resolve));
    expect(sim.process.exitCode).toBe(0);
    expect(() => readFileSync(config)).toThrow('ENOENT');
  });

  it('leaves nothing behind when its reader has seen enough', async () => {
    const folder = mkdtempSync(join(home, 'tmp-'));
    const sim = start(['sim', '--devices', '2'], { env: { ...env, TMPDIR: folder, TEMP: folder, TMP: folder } });
    sim.process.stdout.destroy();
    await new Promise((resolve) => sim.process.once('exit', resolve));
    expect([sim.process.exitCode, readdirSync(folder)]).toEqual([0, []]);
  });

  it('listens where it is told to', async () => {
    const first = await freePort();
    const more = { JETFLEET_PORT: String(first), JETFLEET_LISTEN: '0.0.0.0' };
    const sim = start(['sim', '--devices', '2', '--listen=127.0.9.77'], { env: { ...env, ...more } });
    await sim.until((text) => text.includes('Fleet file: '));
    expect([...sim.stdout().matchAll(/ssh -p (\d+) \S+@(\S+)/g)].map(([, port, host]) => [Number(port), host])).toEqual(
      [
        [first, '127.0.9.77'],
        [first + 1, '127.0.9.77'],
      ],
    );
    const config = /Fleet file: (.*)/.exec(sim.stdout())?.[1] ?? '';
    const asked = await run(['call', 'system_info', '{"selector":"all"}', '--config', config], { env });
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('2 ok') });
    const taken = await run(['sim', '--devices=1', `--port=${String(first)}`, '--listen=127.0.9.77'], { env });
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining('is taken by another program') });
    sim.process.kill('SIGINT');
    await new Promise((resolve) => sim.process.once('close', resolve));
  });

  it.each([
    [['--listen=192.0.2.1'], '192.0.2.1 is not an address of this machine.'],
    [['--devices=10', '--port=65530'], '10 devices do not fit between port 65530 and port 65535.'],
  ])('refuses %j in words', async (args, words) => {
    const { code, stderr } = await run(['sim', ...args], { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describeWith(fleetUnavailable(), 'the command line on real hosts', () => {
  let fleet: RealFleet;
  beforeAll(async () => {
    fleet = await startFleet(2, {}, { devices: ['{ name: dead-01, host: 127.0.9.250, port: 9 }'] });
  });
  afterAll(() => fleet.stop());

  it('calls a tool: text, JSON, and 1 when nothing succeeded', async () => {
    const base = ['--config', fleet.config];
    const text = await run(['call', 'system_info', '{"selector":"nano-01"}', ...base], { env: fleet.env });
    expect(text).toMatchObject({ code: 0, stdout: expect.stringContaining('kernel') });
    const json = await run(['call', 'power_modes', '{"selector":"nano-01"}', '--json', ...base], { env: fleet.env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      groups: [{ devices: ['nano-01'], data: { current: { name: '40W' } } }],
    });
    const dead = await run(['call', 'system_info', '{"selector":"dead-01"}', ...base], { env: fleet.env });
    expect(dead).toMatchObject({ code: 1, stdout: expect.stringContaining('dead-01') });
  });

  it('examines a board', async () => {
    const good = await run(['doctor', 'nano-01', '--config', fleet.config], { env: fleet.env });
    expect(good.stdout).toMatch(/auth +\| ok|auth.*ok/);
    const dead = await run(['doctor', 'dead-01', '--config', fleet.config], { env: fleet.env });
    expect(dead.stdout).toContain('tcp');
  });
});
