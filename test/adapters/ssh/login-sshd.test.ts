import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { SshEnvironment } from '../../../src/adapters/ssh/trust/environment.js';
import type { ConnectionSettings } from '../../../src/core/device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { makeKey } from '../../setup/accounts.js';
import { sshdUnavailable, startSshd, type TestSshd } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { startAgent, type TestAgent } from './test-agent.js';
import { attempt, KnownSecrets, TrustHome, type Attempt } from './trust-setup.js';

describeWith(sshdUnavailable(), 'logging in to a real sshd', () => {
  let sshd: TestSshd;
  let home: TrustHome;
  let secrets: KnownSecrets;
  const agents: TestAgent[] = [];
  beforeAll(async () => {
    const started = await startSshd({ passwordLogin: true });
    if (typeof started === 'string') throw new Error(started);
    sshd = started;
  });
  afterAll(() => sshd.stop());
  beforeEach(() => {
    home = new TrustHome();
    copyFileSync(sshd.knownHostsFile, home.knownHosts);
    secrets = new KnownSecrets({ 'env:GOOD': sshd.password ?? '', 'env:BAD': 'wrong', 'env:OPEN': 'open sesame' });
  });
  afterEach(() => {
    for (const agent of agents.splice(0)) agent.stop();
    home.remove();
  });

  const login = (settings: ConnectionSettings, environment: Partial<SshEnvironment> = {}): Promise<Attempt> => {
    const { user, port } = sshd;
    const entry = deviceEntry('nano', { host: '127.0.0.1', settings: { user, port, ...settings } });
    return attempt(home.connector(environment, secrets), entry);
  };
  /** A new key in the home; authorised where wanted. */
  const key = (name: string, options: { passphrase?: string; type?: string; authorised?: boolean } = {}): string => {
    const path = home.path(name);
    makeKey(path, options);
    if (options.authorised !== false) {
      appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${path}.pub`));
    }
    return path;
  };
  const agentWith = (...paths: readonly string[]): string => {
    const agent = startAgent(home.home, paths);
    agents.push(agent);
    return agent.socket;
  };
  const accepted = ({ steps }: Attempt): string | undefined => steps.find(({ step }) => step === 'auth')?.detail;

  it.each(['ed25519', 'ecdsa', 'rsa'])('takes a %s key', async (type) => {
    expect((await login({ identityFile: key(`id_${type}_named`, { type }) })).failure).toBeUndefined();
  });

  it('finds the default keys where none is named', async () => {
    key('id_ecdsa', { type: 'ecdsa' });
    expect(accepted(await login({}))).toMatch(/^accepted a key file \(ecdsa-sha2-nistp256 /);
  });

  it('reads PKCS#8 as well', async () => {
    const path = key('id_pem', { type: 'rsa' });
    execFileSync('ssh-keygen', ['-q', '-p', '-m', 'PKCS8', '-N', '', '-f', path], { stdio: 'pipe' });
    expect(readFileSync(path, 'utf8')).toContain('BEGIN PRIVATE KEY');
    expect((await login({ identityFile: path })).failure).toBeUndefined();
  });

  it('says that a key was refused, and how to install it', async () => {
    const { failure } = await login({ identityFile: key('stranger', { authorised: false }) });
    expect(failure).toMatchObject({ kind: 'auth_failed', retry: 'no' });
    expect(failure?.message).toBe(
      'The login as jetfleet-test was refused: tried 1 key. The server accepts keys and passwords.',
    );
    expect(failure?.hint).toContain('ssh-copy-id');
  });

  it('opens an encrypted key with its passphrase, which is asked for once', async () => {
    const identityFile = key('locked', { passphrase: 'open sesame' });
    expect((await login({ identityFile, passphrase: 'env:OPEN' })).failure).toBeUndefined();
    expect(secrets.asked).toEqual(['env:OPEN']);
  });

  it.each([
    ['none', undefined, 'no passphrase is configured'],
    ['a wrong one', 'env:BAD', 'does not open'],
    ['one that cannot be had', 'env:NOWHERE', 'env:NOWHERE has no value'],
  ] as const)('says so where the passphrase is %s', async (_name, passphrase, message) => {
    const { failure } = await login({ identityFile: key('locked', { passphrase: 'open sesame' }), passphrase });
    expect(failure).toMatchObject({ kind: 'auth_failed', message: expect.stringContaining(message) });
    expect(JSON.stringify([failure?.message, failure?.hint, home.log.lines])).not.toContain('sesame');
  });

  it('goes on with the password where the key cannot be used', async () => {
    const locked = key('locked', { passphrase: 'open sesame' });
    for (const identityFile of [locked, home.path('nothing-here')]) {
      const done = await login({ identityFile, password: 'env:GOOD' });
      expect(accepted(done)).toBe('accepted the password for jetfleet-test');
    }
  });

  it('names an identity file that does not exist, and its field', async () => {
    const { failure } = await login({ identityFile: '~/.ssh/nothing-here' });
    expect(failure).toMatchObject({ kind: 'auth_failed' });
    expect(failure?.message).toContain(`The identityFile ${home.path('nothing-here')} does not exist.`);
    expect(failure?.hint).toContain('`identityFile` in the fleet file');
  });

  it('passes over missing files of ssh_config, as OpenSSH does', async () => {
    const present = key('present');
    home.write('config', `IdentityFile ~/.ssh/missing\nIdentityFile ${present}\n`);
    expect((await login({})).failure).toBeUndefined();
  });

  it('fetches a password only where no key is accepted', async () => {
    const { identityFile } = sshd;
    expect(accepted(await login({ identityFile, password: 'env:GOOD' }))).toContain('a key file');
    expect(secrets.asked).toEqual([]);
  });

  it('tries a wrong password once and does not repeat it', async () => {
    const before = sshd.log().split('Failed password').length;
    const { failure } = await login({ password: 'env:BAD' });
    expect(failure).toMatchObject({ kind: 'auth_failed', hint: expect.stringContaining('Check the password') });
    expect(sshd.log().split('Failed password').length).toBe(before + 1);
    expect(`${failure?.message ?? ''}${failure?.hint ?? ''}`).not.toContain('wrong');
  });

  it('takes a key from the agent', async () => {
    const path = key('held');
    const agentSocket = agentWith(path);
    expect(accepted(await login({ identityFile: home.path('elsewhere') }, { agentSocket }))).toMatch(
      /^accepted a key of the agent \(ssh-ed25519 SHA256:/,
    );
  });

  it.each(['rsa', 'ecdsa'])('signs with a %s key of the agent', async (type) => {
    const agentSocket = agentWith(key(`held-${type}`, { type }));
    expect((await login({}, { agentSocket })).failure).toBeUndefined();
  });

  it('uses the agent for an encrypted file, without its passphrase', async () => {
    const path = key('held-locked');
    const agentSocket = agentWith(path);
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'open sesame', '-f', path], { stdio: 'pipe' });
    const done = await login({ identityFile: path, passphrase: 'env:OPEN' }, { agentSocket });
    expect(accepted(done)).toContain('a key of the agent');
    expect(secrets.asked).toEqual([]);
  });

  it('offers the named key first, so that a full agent does not use up MaxAuthTries', async () => {
    const held = Array.from({ length: 7 }, (_, index) => key(`stranger-${String(index)}`, { authorised: false }));
    const agentSocket = agentWith(...held);
    expect((await login({ identityFile: sshd.identityFile }, { agentSocket })).failure).toBeUndefined();
    // Six keys are tried, or five and the password: sshd hangs up after the sixth failure.
    expect(accepted(await login({ password: 'env:GOOD' }, { agentSocket }))).toContain('the password');
    const { failure } = await login({}, { agentSocket });
    expect(failure).toMatchObject({ kind: 'auth_failed', hint: expect.stringContaining('IdentitiesOnly') });
  });

  it('offers no other key of the agent under IdentitiesOnly', async () => {
    const agentSocket = agentWith(key('held'));
    home.write('config', 'IdentitiesOnly yes\n');
    const { failure } = await login({ identityFile: key('stranger', { authorised: false }) }, { agentSocket });
    expect(failure?.message).toContain('tried 1 key.');
  });

  it('goes on without an agent that is not there', async () => {
    const agentSocket = home.path('no-socket');
    expect((await login({ identityFile: sshd.identityFile }, { agentSocket })).failure).toBeUndefined();
  });

  it('names a public key whose private half nobody holds', async () => {
    const { failure } = await login({ identityFile: `${key('lonely')}.pub` });
    expect(failure).toMatchObject({ message: expect.stringContaining('no agent holds'), kind: 'auth_failed' });
  });

  it('says that a file is no key', async () => {
    const path = home.write('garbage', 'not a key\n');
    const { failure } = await login({ identityFile: path });
    expect(failure?.message).toContain('is not a private key of a kind that jetfleet can use');
    writeFileSync(path, '');
    chmodSync(path, 0o600);
    expect((await login({ identityFile: path })).failure?.kind).toBe('auth_failed');
  });

  it('uses the plain key beside a certificate, and says that certificates are no use where it is refused', async () => {
    const plain = key('certified');
    home.write('certified-cert.pub', 'ssh-ed25519-cert-v01@openssh.com AAAA\n');
    expect((await login({ identityFile: plain })).failure).toBeUndefined();
    const stranger = key('stranger', { authorised: false });
    home.write('config', `CertificateFile ${plain}-cert.pub\n`);
    const { failure } = await login({ identityFile: stranger });
    expect(failure?.hint).toContain('certificates cannot be used');
  });

  it('says that there is nothing to log in with', async () => {
    const { failure } = await login({});
    expect(failure?.message).toBe(
      'There was nothing to log in with as jetfleet-test. The server accepts keys and passwords.',
    );
    expect(failure?.hint).toContain('identityFile');
  });
});
