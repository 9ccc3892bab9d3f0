import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWith } from '../setup/suite.js';
import { call, onlyData } from './calling.js';
import { connect, type AnyClient } from './clients.js';
import { ensureBuilt, run } from './program.js';
import { fleetUnavailable, startFleet, type RealFleet } from './real-fleet.js';

/** One board that only the variables of jetsonMCP describe, on a real OpenSSH server. */
describeWith(fleetUnavailable({ rights: 'password' }), 'a board from the environment', () => {
  let fleet: RealFleet;
  let board: Record<string, string>;
  beforeAll(async () => {
    ensureBuilt();
    fleet = await startFleet(1, { rights: 'password', passwordLogin: true });
    board = {
      ...fleet.env,
      JETSON_HOST: fleet.sshd.hosts[0] ?? '',
      JETSON_SSH_PORT: String(fleet.sshd.port),
      JETSON_USERNAME: fleet.sshd.user,
      JETSON_SSH_TIMEOUT: '20',
    };
  }, 120_000);
  afterAll(() => fleet.stop());

  const keyed = (): Record<string, string> => ({ ...board, JETSON_SSH_KEY_PATH: fleet.sshd.identityFile });

  describe('with a key', () => {
    let client: AnyClient;
    beforeEach(async () => {
      client = await connect('legacy', { args: [], env: { ...keyed(), JETSON_TEMP_WARNING: '20' } });
    });
    afterEach(() => client.close());

    it('is the one device, and needs no selector', async () => {
      const { reply } = await call(client, 'device_list', {});
      expect(reply.groups?.[0]?.devices).toEqual(['jetson']);
      const data = onlyData(await call(client, 'power_modes', {}));
      expect(data).toMatchObject({ current: { name: '40W' } });
    });

    it('goes by short resource addresses, and by its name', async () => {
      const short = JSON.parse(await client.read('jetson://hardware/power_mode')) as unknown;
      expect(short).toMatchObject({ name: '40W' });
      expect(JSON.parse(await client.read('jetson://jetson/hardware/power_mode'))).toEqual(short);
    });

    it('is hot from JETSON_TEMP_WARNING on', async () => {
      const { hot } = onlyData(await call(client, 'hardware_stats', {})) as { hot?: { over: string }[] };
      expect(hot?.map(({ over }) => over)).toContain('warning');
    });
  });

  it('is not hot below JETSON_TEMP_WARNING', async () => {
    const env = { ...keyed(), JETSON_TEMP_WARNING: '120' };
    const { code, stdout } = await run(['call', 'hardware_stats', '--json'], { env });
    const { groups } = JSON.parse(stdout) as { groups: { data: Record<string, unknown> }[] };
    expect([code, groups[0]?.data]).toEqual([0, expect.not.objectContaining({ hot: expect.anything() })]);
    expect(groups[0]?.data).toHaveProperty('temperaturesCelsius');
  });

  it('is reached with its password, which sudo takes too, and which nobody sees', async () => {
    const password = fleet.sshd.password ?? '';
    const env = { ...board, JETSON_PASSWORD: password };
    const { code, stdout, stderr } = await run(['call', 'clocks_status', '--json', '--log-level=debug'], { env });
    expect(code).toBe(0);
    // What only root may read.
    expect(stdout).toContain('1497.6');
    expect((stdout + stderr).includes(password)).toBe(false);
  });

  it('is refused with the wrong password, in words that name the variable', async () => {
    const env = { ...board, JETSON_PASSWORD: 'not-the-password' };
    const { code, stdout } = await run(['call', 'device_describe'], { env });
    expect([code, stdout]).toEqual([1, expect.stringContaining('auth_failed')]);
    expect(stdout).not.toContain('not-the-password');
  });

  it('is examined by the doctor without a name', async () => {
    const { stdout } = await run(['doctor', '--json'], { env: keyed() });
    expect(JSON.parse(stdout)).toMatchObject({
      here: { source: 'environment', devices: 1, problems: [] },
      groups: [{ devices: ['jetson'] }],
    });
  });
});
