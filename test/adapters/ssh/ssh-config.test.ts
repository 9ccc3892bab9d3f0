import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SshConfigFiles } from '../../../src/adapters/ssh/trust/ssh-config-files.js';
import { parseSshConfig, sshSettings } from '../../../src/adapters/ssh/trust/ssh-config.js';
import { TrustHome } from './trust-setup.js';
import { runs } from '../../setup/runs.js';

function settings(text: string, host: string, user?: string): Readonly<Record<string, readonly string[]>> {
  const { nodes } = parseSshConfig(text);
  return Object.fromEntries(sshSettings(nodes, { host, user, localUser: 'me' }));
}

describe('ssh_config', () => {
  it('lets the first value win and adds identity files up', () => {
    const text = [
      'Host nano-*',
      '  User jet',
      '  IdentityFile ~/.ssh/a',
      '  identityfile="~/.ssh/with space"',
      'Host *',
      '  User other',
      '  Port=2222 # a comment',
      '  IdentityFile ~/.ssh/c',
    ].join('\r\n');
    expect(settings(text, 'nano-01')).toEqual({
      user: ['jet'],
      port: ['2222'],
      identityfile: ['~/.ssh/a', '~/.ssh/with space', '~/.ssh/c'],
    });
    expect(settings(text, 'orin')).toMatchObject({ user: ['other'], identityfile: ['~/.ssh/c'] });
  });

  it('knows several patterns and negation', () => {
    const text = 'Host *.lab !bad.lab nano\n User jet\n';
    expect(settings(text, 'x.lab')).toEqual({ user: ['jet'] });
    expect(settings(text, 'nano')).toEqual({ user: ['jet'] });
    expect(settings(text, 'bad.lab')).toEqual({});
  });

  it('judges Match by host, originalhost, user and localuser', () => {
    const text = [
      'Host alias',
      ' HostName 10.0.0.1',
      'Match host 10.0.0.* user jet',
      ' Port 1',
      'Match originalhost alias !user jet',
      ' Port 2',
      'Match localuser me all',
      ' Compression yes',
    ].join('\n');
    expect(settings(text, 'alias', 'jet')).toEqual({ hostname: ['10.0.0.1'], port: ['1'], compression: ['yes'] });
    expect(settings(text, 'alias')).toMatchObject({ port: ['2'] });
  });

  it.each([
    'Match exec "touch RUN"',
    'Match !exec "false"',
    'Match host * exec true',
    'Match final all',
    'Match localnetwork 10.0.0.0/8',
  ])('never applies and reports: %s', (line) => {
    const { nodes, problems } = parseSshConfig(`${line}\n User root\n`);
    expect(sshSettings(nodes, { host: 'nano', localUser: 'me' }).size).toBe(0);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(1);
  });

  it('keeps the settings below an unreadable condition from all hosts', () => {
    for (const line of ['Host', 'Host "nano', 'Match']) {
      const { nodes, problems } = parseSshConfig(`Host *\n Port 1\n${line}\n User root\nHost *\n Compression yes\n`);
      expect([...sshSettings(nodes, { host: 'nano', localUser: 'me' }).keys()]).toEqual(['port', 'compression']);
      expect(problems.length).toBeLessThanOrEqual(1);
    }
  });

  it('takes a ProxyCommand word for word, and whichever way comes first', () => {
    const command = `sh -c 'nc  -X "a  b" %h %p' # not a comment = x`;
    expect(settings(`Host nano\n ProxyCommand ${command}\nHost *\n ProxyJump bastion\n`, 'nano')).toEqual({
      proxycommand: [command],
      proxyjump: ['none'],
    });
    expect(settings(`ProxyJump none\nProxyCommand x\n`, 'nano')).toEqual({
      proxyjump: ['none'],
      proxycommand: ['none'],
    });
  });

  it('survives any text', () => {
    const line = fc.constantFrom(
      'Host *',
      'Host',
      'Match all',
      'Match',
      'Include',
      'User a',
      '"',
      '\\',
      'Port = = 2',
      '#',
      '=',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ unit: 'binary', maxLength: 30 }))), (lines) => {
        settings(lines.join('\n'), 'nano');
      }),
      { seed: 5, numRuns: runs(500) },
    );
  });
});

describe('the files of ssh_config', () => {
  const homes: TrustHome[] = [];
  const files = (): { home: TrustHome; config: SshConfigFiles } => {
    const home = new TrustHome();
    homes.push(home);
    return { home, config: new SshConfigFiles([home.path('config'), home.path('system')], home.home, home.log) };
  };
  afterAll(() => homes.forEach((home) => home.remove()));
  const ask = async (config: SshConfigFiles, host: string): Promise<Readonly<Record<string, readonly string[]>>> =>
    Object.fromEntries(await config.settings({ host, localUser: 'me' }));

  it('are empty where there are none', async () => {
    expect(await ask(files().config, 'nano')).toEqual({});
  });

  it('are followed through Include, with patterns, inside its block only', async () => {
    const { home, config } = files();
    mkdirSync(home.path('conf.d'));
    home.write('conf.d/10-a', 'Host nano\n User first\n Port 1\n');
    home.write('conf.d/20-b', 'User second\n');
    home.write('only-orin', 'IdentityAgent none\n');
    home.write('config', 'Include conf.d/*\nHost orin\n Include ~/.ssh/only-orin\nHost *\n Compression yes\n');
    home.write('system', 'User system\nHashKnownHosts yes\n');
    expect(await ask(config, 'nano')).toEqual({
      user: ['first'],
      port: ['1'],
      compression: ['yes'],
      hashknownhosts: ['yes'],
    });
    expect(await ask(config, 'orin')).toMatchObject({ user: ['second'], identityagent: ['none'] });
  });

  it('are read again when one of them, or a folder, changed', async () => {
    const { home, config } = files();
    mkdirSync(home.path('conf.d'));
    home.write('config', 'Include conf.d/*.conf\n');
    expect(await ask(config, 'nano')).toEqual({});
    home.write('conf.d/a.conf', 'User jet\n');
    utimesSync(home.path('conf.d'), 1, 1);
    expect(await ask(config, 'nano')).toEqual({ user: ['jet'] });
    home.write('conf.d/a.conf', 'User other-user\n');
    expect(await ask(config, 'nano')).toEqual({ user: ['other-user'] });
  });

  it('that include themselves come to an end', async () => {
    const { home, config } = files();
    home.write('config', 'User jet\nInclude config\n');
    expect(await ask(config, 'nano')).toEqual({ user: ['jet'] });
    expect(home.log.lines.join('\n')).toContain('nested too deeply');
  });

  it('log blocks that are left out, with their line, and run nothing', async () => {
    const { home, config } = files();
    home.write('config', `Match exec "touch ${home.path('ran')}"\n User root\n`);
    expect(await ask(config, 'nano')).toEqual({});
    expect(home.log.lines).toEqual([expect.stringMatching(/^warn Match exec is never run.*"line":1/)]);
    expect(existsSync(home.path('ran'))).toBe(false);
  });
});
