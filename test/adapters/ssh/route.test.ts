import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sshEnvironment } from '../../../src/adapters/ssh/trust/environment.js';
import { parseJump } from '../../../src/adapters/ssh/trust/jump-words.js';
import { Routes } from '../../../src/adapters/ssh/trust/route.js';
import { SshConfigFiles } from '../../../src/adapters/ssh/trust/ssh-config-files.js';
import type { DeviceEntry } from '../../../src/core/device.js';
import { deviceEntry, FakeInventory } from '../../fakes/fake-inventory.js';
import { TrustHome } from './trust-setup.js';

let home: TrustHome;
beforeEach(() => void (home = new TrustHome()));
afterEach(() => home.remove());

async function way(entry: DeviceEntry, others: readonly DeviceEntry[] = []): Promise<readonly string[]> {
  const environment = sshEnvironment(home.environment());
  const config = new SshConfigFiles(environment.sshConfigFiles, environment.home, home.log);
  const routes = new Routes(new FakeInventory(entry, ...others), config, environment);
  return (await routes.to(entry)).map(({ user, host, port }) => `${user}@${host}:${String(port)}`);
}
const device = (name: string, settings: DeviceEntry['settings'] = {}, defaults: DeviceEntry['defaults'] = {}) =>
  deviceEntry(name, { host: name, settings, defaults });

describe('the words of a jump', () => {
  it.each([
    ['a', [{ host: 'a' }]],
    ['jet@a.lab:2222, b', [{ user: 'jet', host: 'a.lab', port: 2222 }, { host: 'b' }]],
    ['[fe80::1%eth0]:22', [{ host: 'fe80::1%eth0', port: 22 }]],
    ['::1', [{ host: '::1' }]],
    ['ssh://jet@a:1/', [{ user: 'jet', host: 'a', port: 1 }]],
  ])('%s', (text, expected) => {
    expect(parseJump(text)).toEqual(expected);
  });

  it.each(['', 'a,', 'a b', 'a:0', 'a:70000', 'a:x', '-oX', 'jet@', '@a', 'a@b@c:1:2'])('refuses %j', (text) => {
    expect(parseJump(text)).toBeUndefined();
  });
});

describe('the way to a device', () => {
  it('is direct where nothing lies between', async () => {
    expect(await way(device('nano'))).toEqual(['somebody@nano:22']);
  });

  it('goes through devices, aliases and addresses, each with its own user and port', async () => {
    home.write('config', 'Host gate\n HostName 10.0.0.9\n User guard\n Port 2200\n');
    const nano = device('nano', { jump: 'bastion, gate, jet@10.1.1.1:99', user: 'jet' });
    expect(await way(nano, [device('bastion', { user: 'root', port: 222 })])).toEqual([
      'root@bastion:222',
      'guard@10.0.0.9:2200',
      'jet@10.1.1.1:99',
      'jet@nano:22',
    ]);
  });

  it('follows ProxyJump of ssh_config, whose words are no devices', async () => {
    home.write('config', 'Host nano\n ProxyJump bastion\nHost bastion\n ProxyJump outer\n');
    expect(await way(device('nano'), [device('bastion', { user: 'root' })])).toEqual([
      'somebody@outer:22',
      'somebody@bastion:22',
      'somebody@nano:22',
    ]);
  });

  it('gives hops that are no devices neither the user nor the defaults of the device', async () => {
    expect(await way(device('nano', { user: 'a', jump: 'gate' }, { user: 'b', port: 5 }))).toEqual([
      'somebody@gate:22',
      'a@nano:5',
    ]);
  });

  it('serves the hosts of a default jump too', async () => {
    const defaults = { jump: 'outer,inner' };
    const others = [device('outer', {}, defaults), device('inner', {}, defaults)] as const;
    expect(await way(device('nano', {}, defaults), others)).toEqual(
      ['outer', 'inner', 'nano'].map((name) => `somebody@${name}:22`),
    );
    expect(await way(others[1], [others[0]])).toEqual(['somebody@outer:22', 'somebody@inner:22']);
    expect(await way(others[0], [others[1]])).toEqual(['somebody@outer:22']);
  });

  it.each([
    ['itself', [device('a', { jump: 'a' })]],
    ['two that name each other', [device('a', { jump: 'b' }), device('b', { jump: 'a' })]],
    ['a chain with a repetition', [device('a', { jump: 'b,c,b' })]],
  ])('refuses a loop: %s', async (_name, [first, ...others]) => {
    await expect(way(first!, others)).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringMatching(/loop: .*->/),
    });
  });

  it('refuses a ProxyJump that applies to the jump host itself, and says how to write it', async () => {
    home.write('config', 'Host *\n ProxyJump gate\n');
    await expect(way(device('nano'))).rejects.toMatchObject({ hint: expect.stringContaining('Host * !') });
  });

  it('ends a chain that never does', async () => {
    const chain = Array.from({ length: 12 }, (_, index) =>
      device(`d${String(index)}`, { jump: `d${String(index + 1)}` }),
    );
    const [first, ...others] = chain;
    await expect(way(first!, others)).rejects.toMatchObject({
      message: expect.stringContaining('More than 8'),
    });
  });

  it('refuses words it cannot read', async () => {
    await expect(way(device('nano', { jump: 'a b' }))).rejects.toMatchObject({ kind: 'invalid_input' });
  });
});
