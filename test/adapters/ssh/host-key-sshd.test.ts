import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../../src/adapters/ssh/trust/shown-key.js';
import type { DeviceEntry, HostKeyPolicy } from '../../../src/core/device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { sshdUnavailable, startSshd, type TestSshd } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { keyLine } from './key-lines.js';
import { attempt, told, TrustHome } from './trust-setup.js';

const allOk = ['name ok', 'tcp ok', 'banner ok', 'host_key ok', 'auth ok'];
const untilKey = ['name ok', 'tcp ok', 'banner ok', 'host_key failed'];

describeWith(sshdUnavailable(), 'host keys of a real sshd', () => {
  let sshd: TestSshd;
  let home: TrustHome;
  let name: string;
  /** By type: its line as known_hosts ends, and its fingerprint. */
  const keys = new Map<string, { line: string; fingerprint: string }>();
  const key = (type: string): { line: string; fingerprint: string } => keys.get(type)!;
  beforeAll(async () => {
    const started = await startSshd({ hostKeyTypes: ['rsa', 'ed25519', 'ecdsa'] });
    if (typeof started === 'string') throw new Error(started);
    sshd = started;
    name = `[127.0.0.1]:${String(sshd.port)}`;
    for (const line of sshd.hostKeys) {
      const [type = '', base64 = ''] = line.split(' ');
      keys.set(type, { line, fingerprint: fingerprintOf(Buffer.from(base64, 'base64')) });
    }
  });
  afterAll(() => sshd.stop());
  beforeEach(() => {
    home = new TrustHome();
  });
  afterEach(() => home.remove());

  const entry = (hostKeys?: HostKeyPolicy): DeviceEntry => {
    const { user, port, identityFile } = sshd;
    return deviceEntry('nano', { host: '127.0.0.1', settings: { user, port, identityFile, hostKeys } });
  };
  const known = (...lines: readonly string[]): string =>
    home.write('known_hosts', lines.map((line) => `${line}\n`).join(''));

  it('are trusted where known_hosts lists them', async () => {
    known(`${name} ${key('ssh-ed25519').line}`);
    const { failure, steps } = await attempt(home.connector(), entry());
    expect(failure).toBeUndefined();
    expect(told(steps)).toEqual(allOk);
    const details = steps.map(({ detail }) => detail);
    expect(details.slice(0, 2)).toEqual([
      '127.0.0.1 is an address',
      `connected to 127.0.0.1 port ${String(sshd.port)}`,
    ]);
    expect(details[2]).toMatch(/^OpenSSH \d+\.\d+p\d+$/);
    expect(details[3]).toBe(`ssh-ed25519 ${key('ssh-ed25519').fingerprint}, as known_hosts lists it`);
    expect(details[4]).toMatch(/^accepted a key file \(ssh-ed25519 SHA256:\S+\) for jetfleet-test$/);
  });

  it.each(['ssh-rsa', 'ssh-ed25519', 'ecdsa-sha2-nistp256'])(
    'are asked for by the type that is listed: %s',
    async (type) => {
      known(`${name} ${key(type).line}`);
      const { failure, steps } = await attempt(home.connector(), entry());
      expect(failure).toBeUndefined();
      expect(steps[3]?.detail).toContain(`${type} ${key(type).fingerprint}`);
    },
  );

  it('are refused where unknown, with the fingerprint', async () => {
    const { failure, steps } = await attempt(home.connector(), entry());
    expect(failure).toMatchObject({ kind: 'not_allowed' });
    expect(failure?.message).toContain(key('ssh-ed25519').fingerprint);
    expect(failure?.message).toContain(name);
    expect(told(steps)).toEqual(untilKey);
    expect(steps.at(-1)).toMatchObject({ detail: failure?.message, hint: failure?.hint });
  });

  it.each(['strict', 'accept-new'] as const)('are refused where changed, under %s', async (policy) => {
    const file = known('# my boards', `${name} ${keyLine('ssh-ed25519', 1)}`);
    const before = readFileSync(file, 'utf8');
    const { failure } = await attempt(home.connector(), entry(policy));
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringContaining('has changed') });
    expect(failure?.message).toContain(`${file}:2`);
    expect(failure?.message).toContain(key('ssh-ed25519').fingerprint);
    expect(failure?.hint).toContain(`ssh-keygen -R '${name}' -f '${file}'`);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('are written down once under accept-new, and are strict from then on', async () => {
    known('other.host ' + keyLine('ssh-ed25519', 5));
    writeFileSync(home.knownHosts, readFileSync(home.knownHosts, 'utf8').trimEnd());
    const { failure, steps } = await attempt(home.connector(), entry('accept-new'));
    expect(failure).toBeUndefined();
    expect(steps[3]?.detail).toContain('new, and now written to known_hosts');
    const text = readFileSync(home.knownHosts, 'utf8');
    expect(text).toBe(`other.host ${keyLine('ssh-ed25519', 5)}\n${name} ${key('ssh-ed25519').line}\n`);
    const again = await attempt(home.connector(), entry('strict'));
    expect(again.failure).toBeUndefined();
    expect(again.steps[3]?.detail).toContain('as known_hosts lists it');
    expect((await attempt(home.connector(), entry('accept-new'))).failure).toBeUndefined();
    expect(readFileSync(home.knownHosts, 'utf8')).toBe(text);
  });

  it('are written hashed, to a file only the user can read, where ssh_config says so', async () => {
    home.write('config', 'HashKnownHosts yes\n');
    expect((await attempt(home.connector(), entry('accept-new'))).failure).toBeUndefined();
    const text = readFileSync(home.knownHosts, 'utf8');
    expect(text).toMatch(/^\|1\|[^|]{28}\|[^ ]{28} ssh-ed25519 \S+\n$/);
    expect(statSync(home.knownHosts).mode & 0o777).toBe(0o600);
    expect((await attempt(home.connector(), entry())).failure).toBeUndefined();
  });

  it('are not accepted as new where they cannot be written down', async () => {
    home.write('blocked', '');
    const connector = home.connector({ userKnownHosts: [`${home.path('blocked')}/known_hosts`] });
    const { failure } = await attempt(connector, entry('accept-new'));
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringContaining('could not be written') });
  });

  it.each(['ssh-rsa', 'ssh-ed25519', 'ecdsa-sha2-nistp256'])('may be pinned, of whatever type: %s', async (type) => {
    const { failure, steps } = await attempt(home.connector(), entry({ fingerprint: key(type).fingerprint }));
    expect(failure).toBeUndefined();
    expect(told(steps)).toEqual(allOk);
    expect(steps[3]?.detail).toContain('as the fleet file pins it');
  });

  it('are refused where another one is pinned', async () => {
    known(`${name} ${key('ssh-ed25519').line}`);
    const { failure, steps } = await attempt(home.connector(), entry({ fingerprint: 'SHA256:AAAA' }));
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringContaining('not the pinned one') });
    expect(failure?.message).toContain(key('ssh-ed25519').fingerprint);
    expect(told(steps)).toEqual(untilKey);
  });

  it('are refused where revoked', async () => {
    known(`${name} ${key('ssh-ed25519').line}`, `@revoked * ${key('ssh-ed25519').line}`);
    const { failure } = await attempt(home.connector(), entry());
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringContaining('@revoked') });
  });

  it('are not verified by a certificate authority', async () => {
    known(`@cert-authority * ${keyLine('ssh-ed25519', 8)}`);
    const { failure } = await attempt(home.connector(), entry('accept-new'));
    expect(failure).toMatchObject({ kind: 'not_allowed', message: expect.stringContaining('certificate authority') });
  });

  it('are known by their alias', async () => {
    home.write('config', 'HostKeyAlias board-7\n');
    known(`board-7 ${key('ssh-ed25519').line}`);
    expect((await attempt(home.connector(), entry())).failure).toBeUndefined();
  });

  it('are written down whole by many at once', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `127.0.0.1%${String(index)}`);
    home.write('config', hosts.map((host) => `Host ${host}\n HostName 127.0.0.1\n HostKeyAlias h${host}\n`).join(''));
    const connectors = [home.connector(), home.connector(), home.connector()];
    const all = await Promise.all(
      hosts.map((host, index) => attempt(connectors[index % 3]!, { ...entry('accept-new'), host })),
    );
    expect(all.map(({ failure }) => failure?.message)).toEqual(hosts.map(() => undefined));
    const lines = readFileSync(home.knownHosts, 'utf8').trimEnd().split('\n');
    expect(lines.sort()).toEqual(hosts.map((host) => `h${host} ${key('ssh-ed25519').line}`).sort());
  });
});
