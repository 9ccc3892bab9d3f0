import { describe, expect, it } from '@jest/globals';
import { sshEnvironment } from '../../../src/adapters/ssh/trust/environment.js';
import { parseSshConfig, sshSettings } from '../../../src/adapters/ssh/trust/ssh-config.js';
import { settleTarget, type Target } from '../../../src/adapters/ssh/trust/target.js';
import type { DeviceEntry } from '../../../src/core/device.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';

const environment = sshEnvironment({
  home: '/home/me',
  localUser: 'me',
  variables: { AGENT: '/run/agent', SSH_AUTH_SOCK: '/run/ssh' },
  agentSocket: '/run/ssh',
});

function settle(fields: Partial<DeviceEntry>, config = ''): Target {
  const entry = deviceEntry('nano', { host: 'nano', ...fields });
  const { nodes } = parseSshConfig(config);
  return settleTarget(
    entry,
    sshSettings(nodes, { host: entry.host, user: entry.settings.user, localUser: 'me' }),
    environment,
  );
}
const paths = (target: Target): readonly string[] => target.identityFiles.map(({ path }) => path);

describe('a target', () => {
  it('is plain where nothing is said', () => {
    const target = settle({});
    expect(target).toMatchObject({ host: 'nano', port: 22, user: 'me', hostKeys: 'strict', knownAs: 'nano' });
    expect(target).toMatchObject({ agent: '/run/ssh', identitiesOnly: false, connectTimeoutMs: 10_000 });
    expect(paths(target)).toEqual(['/home/me/.ssh/id_ed25519', '/home/me/.ssh/id_ecdsa', '/home/me/.ssh/id_rsa']);
    expect(target.jump ?? target.proxyCommand ?? target.password ?? target.passphrase).toBeUndefined();
  });

  it('takes its own settings, then ssh_config, then the defaults', () => {
    const config = 'User fromconfig\nPort 2222\nIdentityFile /config\nConnectTimeout 7\n';
    const defaults = {
      user: 'default',
      port: 3333,
      identityFile: '/default',
      connectTimeoutMs: 1,
      password: 'env:D',
    } as const;
    const own = { user: 'own', port: 4444, identityFile: '~/own', connectTimeoutMs: 2, password: 'env:O' } as const;
    expect(settle({ settings: own, defaults }, config)).toMatchObject({
      user: 'own',
      port: 4444,
      connectTimeoutMs: 2,
      password: 'env:O',
    });
    expect(paths(settle({ settings: own, defaults }, config))).toEqual(['/home/me/own']);
    expect(settle({ defaults }, config)).toMatchObject({ user: 'fromconfig', port: 2222, connectTimeoutMs: 7_000 });
    expect(paths(settle({ defaults }, config))).toEqual(['/config']);
    expect(settle({ defaults })).toMatchObject({ user: 'default', port: 3333, connectTimeoutMs: 1, password: 'env:D' });
    expect(paths(settle({ defaults }))).toEqual(['/default']);
  });

  it('expands tokens, ~ and environment variables', () => {
    const config = [
      'HostName %h.lab',
      'User jet',
      'IdentityFile ~/.ssh/%n-%h-%p-%r-%u-%%',
      'IdentityFile %d/x',
      'IdentityFile /${AGENT}/y',
      'IdentityAgent $AGENT',
      'UserKnownHostsFile ~/.ssh/one /two/%k',
      'ServerAliveInterval 5',
      'IdentitiesOnly yes',
      'HashKnownHosts yes',
    ].join('\n');
    const target = settle({ settings: { port: 5 } }, config);
    expect(target).toMatchObject({ host: 'nano.lab', agent: '/run/agent', keepaliveIntervalMs: 5_000 });
    expect(target).toMatchObject({ identitiesOnly: true, hashKnownHosts: true, knownAs: '[nano.lab]:5' });
    expect(paths(target)).toEqual(['/home/me/.ssh/nano-nano.lab-5-jet-me-%', '/home/me/x', '//run/agent/y']);
    expect(target.userKnownHosts).toEqual(['/home/me/.ssh/one', '/two/nano']);
  });

  it('has no agent where ssh_config says none', () => {
    expect(settle({}, 'IdentityAgent none').agent).toBeUndefined();
  });

  it('is known under its alias, whatever the port', () => {
    expect(settle({ settings: { port: 2222 } }, 'HostKeyAlias Board')).toMatchObject({
      knownAs: 'board',
      knownAsWithoutPort: undefined,
    });
  });

  it.each(['no', 'off', 'accept-new', 'ask'])('is not weakened by StrictHostKeyChecking %s', (value) => {
    expect(settle({}, `StrictHostKeyChecking ${value}\nUserKnownHostsFile /dev/null\n`)).toMatchObject({
      hostKeys: 'strict',
      userKnownHosts: ['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2'],
    });
  });

  it('is made stricter than the defaults by StrictHostKeyChecking yes, but not than its own word', () => {
    const config = 'StrictHostKeyChecking yes';
    expect(settle({ defaults: { hostKeys: 'accept-new' } }, config).hostKeys).toBe('strict');
    expect(settle({ defaults: { hostKeys: 'accept-new' } }).hostKeys).toBe('accept-new');
    expect(settle({ settings: { hostKeys: 'accept-new' } }, config).hostKeys).toBe('accept-new');
  });

  it('settles who says how it is reached', () => {
    const defaults = { jump: 'd' };
    expect(settle({ settings: { jump: 'own' }, defaults }, 'ProxyCommand nc %h').jump).toEqual({
      hops: 'own',
      from: 'device',
    });
    expect(settle({ settings: { jump: 'own' }, defaults }, 'ProxyCommand nc %h').proxyCommand).toBeUndefined();
    expect(settle({ settings: { jump: 'none' }, defaults }, 'ProxyJump j').jump).toBeUndefined();
    expect(settle({ defaults }, 'ProxyJump j').jump).toEqual({ hops: 'j', from: 'ssh-config' });
    expect(settle({ defaults }, 'ProxyJump none').jump).toBeUndefined();
    expect(settle({ defaults }, 'ProxyCommand nc %h %p %r').proxyCommand).toBe('nc nano 22 me');
    expect(settle({ defaults }).jump).toEqual({ hops: 'd', from: 'defaults' });
  });

  it('runs a ProxyCommand for devices of a file or the environment only', () => {
    const origin = 'client';
    expect(() => settle({ origin }, 'ProxyCommand nc %h %p')).toThrow(expect.objectContaining({ kind: 'not_allowed' }));
    expect(settle({ origin: 'environment' }, 'ProxyCommand nc %h %p').proxyCommand).toBe('nc nano 22');
  });

  it.each(['a;id', '$(id)', '-oProxyCommand=id', 'a b', "a'b", 'a\nb', '`id`', 'a&b', 'a|b', ''])(
    'hands no shell the host or user %j',
    (word) => {
      const refusal = expect.objectContaining({ kind: 'invalid_input' });
      expect(() => settle({ host: word }, 'ProxyCommand nc %h %p')).toThrow(refusal);
      expect(() => settle({ settings: { user: word } }, 'ProxyCommand nc %h %r')).toThrow(refusal);
    },
  );
});
