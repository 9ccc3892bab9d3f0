import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type ssh2 from 'ssh2';
import { SshFleet } from '../../../src/adapters/ssh/fleet.js';
import type { ConnectionSettings, DeviceEntry } from '../../../src/core/device.js';
import type { Device } from '../../../src/ports/fleet.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { startRecordingServer, type RecordingServer } from './recording-server.js';
import { failureOf, output } from './rig.js';
import { KnownSecrets, TrustHome } from './trust-setup.js';

const everything = (context: ssh2.AuthContext): void => context.accept();
const passwordsOnly = (context: ssh2.AuthContext): void =>
  context.method === 'password' ? context.accept() : context.reject(['password', 'keyboard-interactive']);

/** A host that lets us in answers nothing, so a test would wait for ever where this fails. */
const soon = (): AbortSignal => AbortSignal.timeout(5_000);

let home: TrustHome;
let hostile: RecordingServer;
let secrets: KnownSecrets;
let fleet: SshFleet;
let identityFile: string;
const marker = (): string => home.path('ran');

async function start(decide: (context: ssh2.AuthContext) => void): Promise<void> {
  hostile = await startRecordingServer(decide);
}
beforeEach(() => {
  home = new TrustHome();
  secrets = new KnownSecrets({
    'env:LOGIN': 'login-secret',
    'env:SUDO': 'sudo-secret',
    'env:ALL': 'all-secret',
    'env:KEY': 'x',
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  identityFile = home.write('id', privateKey.export({ type: 'sec1', format: 'pem' }).toString());
  const connector = home.connector({}, secrets);
  const clock = { now: () => Date.now() };
  fleet = new SshFleet({ inventory: home.inventory, connector, secrets, logger: home.log, clock });
});
afterEach(async () => {
  await fleet.close();
  await hostile.stop();
  home.remove();
});

/** Everything a user may have set for all devices; an alias of a client's host may also have a way of its own. */
const defaults: ConnectionSettings = {
  user: 'jet',
  hostKeys: 'accept-new',
  password: 'env:ALL',
  passphrase: 'env:KEY',
  sudo: { password: 'env:SUDO' },
};
function list(given: Partial<DeviceEntry>): Device {
  const settings = { port: hostile.port, identityFile, ...given.settings };
  home.inventory.change({
    devices: [deviceEntry('nano', { host: '127.0.0.1', origin: 'client', defaults, ...given, settings })],
  });
  return fleet.device('nano');
}
/** All that a tool may do with a device. */
async function tryEverything(device: Device): Promise<readonly string[]> {
  const attempts = [
    () => device.ask(output('true'), soon()),
    () => device.run({ argv: ['true'], sudo: true }, soon()),
    () => device.follow({ argv: ['true'], sudo: true }, () => 'more', soon()),
    () => device.files.stat('/etc', soon()),
    () => device.sudoKind(soon()),
  ];
  const kinds: string[] = [];
  for (const attempt of attempts) kinds.push((await failureOf(attempt())).kind);
  const steps = await device.diagnose(soon());
  return [...new Set([...kinds, steps.at(-1)?.step ?? ''])];
}
const secretsOffered = (): readonly string[] => hostile.offered.filter((each) => !/^(none|publickey)/.test(each));

const known = (name: string): string => home.write('known_hosts', `${name} ${hostile.hostKey}\n`);
const hostileOnes: readonly (readonly [string, () => Partial<DeviceEntry>])[] = [
  ['is new', () => ({})],
  [
    'has its own password, sudo password and passphrase',
    () => ({
      settings: { password: 'env:LOGIN', sudo: { password: 'env:SUDO' }, passphrase: 'env:KEY' },
    }),
  ],
  ['says accept-new itself', () => ({ settings: { hostKeys: 'accept-new', password: 'env:LOGIN' } })],
  ['is in known_hosts for another reason', () => (known(`[127.0.0.1]:${String(hostile.port)}`), {})],
  ['is in known_hosts by its name without a port', () => (known('127.0.0.1'), { settings: { hostKeys: 'strict' } })],
  [
    'is trusted by an alias of ~/.ssh/config',
    () => {
      home.write('config', `Host prod\n  HostName 127.0.0.1\n  HostKeyAlias prod\n  StrictHostKeyChecking no\n`);
      known('prod');
      return { host: 'prod' };
    },
  ],
];

describe.each([
  ['takes anything', everything],
  ['takes passwords only', passwordsOnly],
])("a client's device whose host %s", (_name, decide) => {
  beforeEach(() => start(decide));

  it.each(hostileOnes)('is offered nothing while it is not pinned: it %s', async (_what, entry) => {
    const device = list(entry());
    expect(await tryEverything(device)).toEqual(['not_allowed', 'host_key']);
    const { hint, message } = await failureOf(device.run({ argv: ['true'] }, soon()));
    expect([hint, message]).toEqual([expect.stringContaining('device_trust'), expect.stringContaining('SHA256:')]);
    expect([hostile.offered, secrets.asked]).toEqual([[], []]);
  });

  it.each(hostileOnes)('shows its host key for public keys at most: it %s', async (_what, entry) => {
    const seen = await list(entry()).hostKey(soon());
    expect(seen).toMatchObject({
      trust: 'unknown',
      type: 'ecdsa-sha2-nistp256',
      address: `127.0.0.1:${String(hostile.port)}`,
    });
    expect([secretsOffered(), secrets.asked]).toEqual([[], []]);
    expect((await failureOf(fleet.device('nano').run({ argv: ['true'] }, soon()))).kind).toBe('not_allowed');
  });

  it('starts no program of ~/.ssh/config, and goes no way that the config has for its alias', async () => {
    home.write(
      'config',
      [
        `Match exec "touch ${marker()}"`,
        '  User nobody',
        'Host proxied',
        `  ProxyCommand touch ${marker()}`,
        'Host jumped',
        '  ProxyJump localhost',
        `Host localhost\n  ProxyCommand touch ${marker()}`,
      ].join('\n'),
    );
    for (const host of ['proxied', 'jumped']) {
      const device = list({ host });
      for (const work of [device.run({ argv: ['true'] }, soon()), device.hostKey(soon())]) {
        expect(await failureOf(work)).toMatchObject({
          kind: 'not_allowed',
          message: expect.stringContaining('~/.ssh/config'),
        });
      }
    }
    expect(existsSync(marker())).toBe(false);
    expect(hostile.offered).toEqual([]);
  });
});

describe("a client's device", () => {
  beforeEach(() => start(passwordsOnly));

  it('takes its password once a person has pinned the key it showed', async () => {
    const { fingerprint } = await list({}).hostKey(soon());
    expect(secretsOffered()).toEqual([]);
    const trusted = list({ settings: { hostKeys: { fingerprint } } });
    expect((await trusted.hostKey(soon())).trust).toBe('trusted');
    expect(secretsOffered()).toEqual([]);
    await failureOf(trusted.run({ argv: ['true'] }, soon()));
    expect(secretsOffered()).toEqual(['password all-secret']);
  });

  it('says that its key changed where another one is pinned or known', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    expect((await list({ settings: { hostKeys: { fingerprint: other } } }).hostKey(soon())).trust).toBe('changed');
    home.write('known_hosts', `@revoked * ${hostile.hostKey}\n`);
    expect(await failureOf(list({}).hostKey(soon()))).toMatchObject({
      kind: 'not_allowed',
      message: expect.stringContaining('revoked'),
    });
    expect([secretsOffered(), secrets.asked]).toEqual([[], []]);
  });

  it('has no use of what a device of the same name was trusted for, after its address was changed', async () => {
    const first = await startRecordingServer(passwordsOnly);
    const { hostKey, port } = first;
    home.write('known_hosts', `[127.0.0.1]:${String(port)} ${hostKey}\n`);
    const own = { password: 'env:LOGIN', sudo: { password: 'env:SUDO' } } as const;
    await failureOf(list({ origin: 'file', settings: { ...own, port } }).run({ argv: ['true'] }, soon()));
    expect(first.offered).toContain('password login-secret');
    const asked = secrets.asked.length;
    const moved = list({ settings: own });
    expect(await tryEverything(moved)).toEqual(['not_allowed', 'host_key']);
    expect([hostile.offered, secrets.asked.length]).toEqual([[], asked]);
    await first.stop();
  });
});
