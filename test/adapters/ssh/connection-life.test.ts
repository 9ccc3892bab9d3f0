import { getEventListeners, once } from 'node:events';
import { createConnection } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Connection } from '../../../src/adapters/ssh/connection.js';
import type { ConnectionSettings, DeviceEntry } from '../../../src/core/device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { makeKey } from '../../setup/accounts.js';
import { sshdUnavailable, startSshd, type SshdOptions, type TestSshd } from '../../setup/sshd.js';
import { describeWith } from '../../setup/suite.js';
import { startAgent } from './test-agent.js';
import { attempt, KnownSecrets, told, TrustHome } from './trust-setup.js';

describeWith(sshdUnavailable(), 'a connection', () => {
  let sshd: TestSshd;
  let home: TrustHome;
  beforeEach(() => void (home = new TrustHome()));
  afterEach(async () => {
    await sshd.stop();
    home.remove();
  });
  const start = async (options: SshdOptions = {}): Promise<void> => {
    const started = await startSshd(options);
    if (typeof started === 'string') throw new Error(started);
    sshd = started;
  };
  const device = (settings: ConnectionSettings = {}): DeviceEntry => {
    const { user, port, identityFile } = sshd;
    return deviceEntry('nano', { host: '127.0.0.1', settings: { user, port, identityFile, ...settings } });
  };
  const environment = (): { userKnownHosts: readonly string[] } => ({ userKnownHosts: [sshd.knownHostsFile] });
  const connect = (signal: AbortSignal): Promise<Connection> => home.connector(environment()).connect(device(), signal);
  const bytesOf = (connection: Connection, command: string): Promise<number> =>
    new Promise((resolve, reject) => {
      connection.client.exec(command, (error, channel) => {
        if (error) {
          reject(error);
          return;
        }
        let bytes = 0;
        channel.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('close', () => resolve(bytes));
      });
    });

  it('leaves no listener behind, and an error afterwards ends nothing but itself', async () => {
    await start();
    const { signal } = new AbortController();
    const connection = await connect(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(connection.client.listenerCount('error')).toBe(1);
    expect(connection.client.listenerCount('ready')).toBe(0);
    const closed = new Promise<void>((resolve) => connection.client.once('close', () => resolve()));
    connection.client.emit('error', new Error('late'));
    sshd.cut();
    await closed;
    connection.close();
  });

  it('is not ended by the signal that it was opened with', async () => {
    await start();
    const abort = new AbortController();
    const connection = await connect(abort.signal);
    abort.abort();
    expect(await bytesOf(connection, 'printf abc')).toBe(3);
    connection.close();
  });

  it('survives an exchange of new keys', async () => {
    await start({ config: ['RekeyLimit 64K'] });
    const connection = await connect(new AbortController().signal);
    let exchanges = 0;
    connection.client.on('handshake', () => (exchanges += 1));
    expect(await bytesOf(connection, 'head -c 1000000 /dev/zero')).toBe(1_000_000);
    expect(exchanges).toBeGreaterThan(0);
    connection.close();
  });

  it.each<[string, readonly string[]]>([
    ['OpenSSH 7.2', ['KexAlgorithms diffie-hellman-group14-sha256', 'Ciphers aes128-ctr', 'MACs hmac-sha2-256']],
    ['OpenSSH 7.6', ['KexAlgorithms curve25519-sha256@libssh.org', 'Ciphers chacha20-poly1305@openssh.com']],
    ['OpenSSH 9.6', ['KexAlgorithms ecdh-sha2-nistp256', 'Ciphers aes256-gcm@openssh.com']],
  ])('agrees with what %s offers', async (_release, config) => {
    await start({ config });
    expect((await attempt(home.connector(environment()), device())).failure).toBeUndefined();
  });

  it.each(['rsa-sha2-512', 'rsa-sha2-256'])('verifies and signs with %s', async (algorithm) => {
    await start({ hostKeyTypes: ['rsa'], config: [`HostKeyAlgorithms ${algorithm}`] });
    expect((await attempt(home.connector(environment()), device())).failure).toBeUndefined();
  });

  it('says that there is no algorithm in common', async () => {
    await start({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    const { failure, steps } = await attempt(home.connector(environment()), device());
    expect(failure).toMatchObject({ kind: 'unsupported', hint: expect.stringContaining('curve25519-sha256') });
    expect(told(steps)).toEqual(['name ok', 'tcp ok', 'banner ok', 'host_key failed']);
  });

  it('may need a key of the agent and then the password', async () => {
    await start({ passwordLogin: true, config: ['AuthenticationMethods publickey,password'] });
    const agent = startAgent(home.home, [sshd.identityFile]);
    const secrets = new KnownSecrets({ 'env:PASSWORD': sshd.password ?? '' });
    const connector = home.connector({ ...environment(), agentSocket: agent.socket }, secrets);
    const { failure } = await attempt(connector, device({ identityFile: undefined, password: 'env:PASSWORD' }));
    agent.stop();
    expect(failure).toBeUndefined();
    const without = await attempt(home.connector(environment()), device());
    expect(without.failure?.message).toContain('needs one more proof than 1 key');
  });

  it('offers no password after a key of the agent where sshd takes none', async () => {
    await start();
    const stranger = home.path('stranger');
    makeKey(stranger);
    const agent = startAgent(home.home, [stranger]);
    const secrets = new KnownSecrets({ 'env:PASSWORD': 'never' });
    const connector = home.connector({ ...environment(), agentSocket: agent.socket }, secrets);
    const { failure } = await attempt(connector, device({ identityFile: undefined, password: 'env:PASSWORD' }));
    agent.stop();
    expect(failure).toMatchObject({ kind: 'auth_failed', hint: expect.stringContaining('takes no password') });
    expect(secrets.asked).toEqual([]);
  });

  it('is refused where sshd is at its limit of logins, and may be tried again', async () => {
    await start({ maxStartups: '1' });
    const blocker = createConnection(sshd.port, '127.0.0.1');
    await once(blocker, 'data');
    const { failure } = await attempt(home.connector(environment()), device());
    blocker.destroy();
    expect(failure).toMatchObject({ kind: 'unreachable', retry: 'yes', hint: expect.stringContaining('MaxStartups') });
  });
});
