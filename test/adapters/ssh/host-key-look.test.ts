import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import { startSimulator } from '../../../src/adapters/simulator/start-simulator.js';
import type { DeviceEntry } from '../../../src/core/device.js';
import type { Device } from '../../../src/ports/fleet.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { sshdUnavailable, startSshd, type TestSshd } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { sshFleetFor } from '../simulator/ssh-fleet.js';
import { keyLine } from './key-lines.js';
import { failureOf, never } from './rig.js';
import { KnownSecrets, TrustHome } from './trust-setup.js';

const fingerprintOf = (line: string): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(line.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '')}`;

describeWith(sshdUnavailable(), 'the host key that a real sshd shows', () => {
  const [board, gate] = ['127.0.21.1', '127.0.21.2'] as const;
  let sshd: TestSshd;
  let home: TrustHome;
  let fleet: SshFleet;
  beforeAll(async () => {
    const started = await startSshd({ hosts: [board, gate], hostKeyTypes: ['ed25519', 'ecdsa'] });
    if (typeof started === 'string') throw new Error(started);
    sshd = started;
    home = new TrustHome();
    const secrets = new KnownSecrets();
    const connector = home.connector({}, secrets);
    const clock = { now: () => Date.now() };
    fleet = new SshFleet({ inventory: home.inventory, connector, secrets, logger: home.log, clock });
  });
  afterAll(async () => {
    await fleet.close();
    await sshd.stop();
    home.remove();
  });
  /** The device, in a home whose known_hosts has these lines. */
  const device = (given: Partial<DeviceEntry>, ...known: readonly string[]): Device => {
    const { port, user, identityFile } = sshd;
    home.write('known_hosts', known.map((line) => `${line}\n`).join(''));
    const settings = { port, user, identityFile, ...given.settings };
    home.inventory.change({ devices: [deviceEntry('nano', { host: board, ...given, settings })] });
    return fleet.device('nano');
  };
  const listed = (line: string, host: string = board): string => `[${host}]:${String(sshd.port)} ${line}`;
  const keys = () => {
    const [ed25519 = '', ecdsa = ''] = sshd.hostKeys;
    return { ed25519, ecdsa };
  };

  it('is unknown where nothing is known of it, also where it would be accepted; and it is not written down', async () => {
    for (const hostKeys of ['strict', 'accept-new'] as const) {
      expect(await device({ settings: { hostKeys } }).hostKey(never())).toEqual({
        type: 'ssh-ed25519',
        fingerprint: fingerprintOf(keys().ed25519),
        trust: 'unknown',
        address: `${board}:${String(sshd.port)}`,
      });
    }
    expect((await device({}).hostKey(never())).trust).toBe('unknown');
  });

  it.each<['ed25519' | 'ecdsa']>([['ed25519'], ['ecdsa']])(
    'is the one that is trusted, of several: %s',
    async (type) => {
      const line = keys()[type];
      const fingerprint = fingerprintOf(line);
      const seen = { trust: 'trusted', fingerprint };
      expect(await device({}, listed(line)).hostKey(never())).toMatchObject(seen);
      expect(await device({ settings: { hostKeys: { fingerprint } } }).hostKey(never())).toMatchObject(seen);
      expect(
        await device({ origin: 'client', settings: { hostKeys: { fingerprint } } }).hostKey(never()),
      ).toMatchObject(seen);
    },
  );

  it('has changed where another one is known', async () => {
    const fingerprint = `SHA256:${'A'.repeat(43)}`;
    for (const origin of ['file', 'client'] as const) {
      const changed = { trust: 'changed', fingerprint: fingerprintOf(keys().ed25519) };
      expect(await device({ origin }, listed(keyLine('ssh-ed25519', 1))).hostKey(never())).toMatchObject(changed);
      expect(await device({ origin, settings: { hostKeys: { fingerprint } } }).hostKey(never())).toMatchObject(changed);
    }
  });

  it('is seen through a jump host, which must be trusted itself', async () => {
    const { port, user, identityFile } = sshd;
    home.write(
      'config',
      `Host gate\n HostName ${gate}\n Port ${String(port)}\n User ${user}\n IdentityFile ${identityFile}\n`,
    );
    const behind = { origin: 'client', defaults: { jump: 'gate' } } as const;
    const trusted = listed(keys().ed25519, gate);
    expect(await device(behind, trusted).hostKey(never())).toMatchObject({ trust: 'unknown' });
    const failure = await failureOf(device(behind).hostKey(never()));
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringContaining('Jump host gate') });
    home.write('config', '');
  });

  it('is not shown through a device that a client brought under the name of a jump host', async () => {
    const { port, user, identityFile } = sshd;
    const behind = device({ defaults: { jump: 'gate' } }, listed(keys().ed25519, gate), listed(keys().ed25519));
    const settings = { port, user, identityFile };
    const captured = deviceEntry('gate', { host: gate, origin: 'client', settings });
    home.inventory.change({ devices: [...home.inventory.devices(), captured] });
    const failure = await failureOf(behind.hostKey(never()));
    expect(failure).toMatchObject({ kind: 'not_allowed', hint: expect.stringContaining('device_trust') });
  });

  it('cannot be seen where nothing listens', async () => {
    const failure = await failureOf(device({ settings: { port: 1 } }).hostKey(never()));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('Port 1 refused') });
  });
});

describe('the host key of a simulated board', () => {
  it('comes with the serial, where a public key lets us in', async () => {
    const sim = await startSimulator({ devices: [{ name: 'nano', board: 'orin-nano-super' }] });
    const fleet = sshFleetFor(sim);
    try {
      const seen = await fleet.device('nano').hostKey(never());
      expect(seen).toMatchObject({ trust: 'trusted', fingerprint: sim.devices[0]?.hostKeyFingerprint });
      expect(seen.serial).toMatch(/^\d{13}$/);
    } finally {
      await fleet.close();
      await sim.close();
    }
  });
});
