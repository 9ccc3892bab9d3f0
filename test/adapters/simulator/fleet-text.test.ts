import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readFleetYaml } from '../../../src/adapters/inventory/fleet-yaml.js';
import { fleetYamlOf, knownHostsOf } from '../../../src/adapters/simulator/fleet-text.js';
import { keyPairOf } from '../../../src/adapters/simulator/server/host-key.js';
import { simulatedFleet } from '../../../src/adapters/simulator/simulated-fleet.js';
import type { SimDevice } from '../../../src/adapters/simulator/sim-device.js';
import { describeWith } from '../../setup/suite.js';

const key = keyPairOf('a device');
const device = (fields: Partial<SimDevice>): SimDevice => ({
  name: 'nano-01',
  board: 'nano',
  host: '127.0.0.1',
  port: 40_022,
  user: 'nvidia',
  sudo: 'password',
  hostKeyFingerprint: key.fingerprint,
  hostKey: key.publicKey,
  labels: { site: 'lab' },
  groups: ['lab'],
  ...fields,
});

describe('the fleet file of a simulator', () => {
  it('reads back without a problem, names that look like numbers too', () => {
    const devices = [
      device({}),
      device({ name: '12', port: 22, user: 'ops', sudo: 'nopasswd', labels: {}, groups: [] }),
      device({ name: 'true' }),
    ];
    const text = fleetYamlOf(devices, {
      identityFile: '/keys/id',
      passwordEnv: 'SIM_LOGIN',
      sudoPasswordEnv: 'SIM_SUDO',
    });
    const read = readFleetYaml(text, '/home/me');
    expect(read.problems).toEqual([]);
    expect(read.devices?.map((each) => each.name)).toEqual(['nano-01', '12', 'true']);
    expect(read.devices?.[0]).toMatchObject({
      host: '127.0.0.1',
      settings: {
        port: 40_022,
        user: 'nvidia',
        hostKeys: { fingerprint: key.fingerprint },
        password: 'env:SIM_LOGIN',
        sudo: { password: 'env:SIM_SUDO' },
      },
      defaults: { identityFile: '/keys/id' },
      labels: { site: 'lab' },
      groups: ['lab'],
    });
    expect(read.devices?.[1]?.settings.sudo).toBeUndefined();
  });

  it('names hosts in known_hosts as ssh does', () => {
    expect(knownHostsOf([device({}), device({ port: 22 })])).toBe(
      `[127.0.0.1]:40022 ${key.publicKey}\n127.0.0.1 ${key.publicKey}\n`,
    );
  });
});

describe('a simulated fleet', () => {
  it('shows every module within eight devices, and has distinct names at any size', () => {
    expect(simulatedFleet(8).map(({ name }) => name)).toEqual(
      ['orin-nano-super', 'nano', 'orin-nx', 'agx-orin', 'xavier-nx', 'tx2', 'agx-thor', 'agx-xavier'].map(
        (board) => `${board}-01`,
      ),
    );
    const names = simulatedFleet(1000).map(({ name }) => name);
    expect(new Set(names).size).toBe(1000);
    expect(simulatedFleet(1000)).toEqual(simulatedFleet(1000));
    expect(simulatedFleet(12)[5]).toMatchObject({ labels: { site: 'plant', role: 'robot' }, groups: ['plant'] });
  });
});

describe('a key pair', () => {
  it('is the same for the same seed, and no other', () => {
    expect(keyPairOf('a device')).toEqual(key);
    expect(keyPairOf('b device').fingerprint).not.toBe(key.fingerprint);
  });
});

const noKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined ? undefined : 'no ssh-keygen here';

describeWith(noKeygen, 'a key pair and OpenSSH', () => {
  it('is one that OpenSSH reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jetfleet-key-'));
    const file = join(folder, 'id');
    for (let index = 0; index < 20; index++) {
      const { privateKey, publicKey } = keyPairOf(`pair ${index}`);
      writeFileSync(file, privateKey, { mode: 0o600 });
      const derived = spawnSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' });
      expect(derived.stdout).toContain(publicKey);
    }
    writeFileSync(`${file}.pub`, key.publicKey);
    const shown = spawnSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
    expect(shown.stdout).toContain(` ${key.fingerprint} `);
    rmSync(folder, { recursive: true });
  });
});
