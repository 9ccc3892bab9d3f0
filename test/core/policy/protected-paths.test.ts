import { describe, expect, it } from '@jest/globals';
import { decide, decidePath, type PathQuestion } from '../../../src/core/policy/evaluate.js';
import { normalPath } from '../../../src/core/policy/protected-paths.js';
import { deviceEntry } from '../../fakes/fake-inventory.js';
import { policyOf } from '../../fakes/fake-policy-source.js';

const question = { device: { entry: deviceEntry('nano-01'), state: undefined }, time: { day: 1, minutes: 0 } };
const reading = (path: string): PathQuestion => ({ ...question, tool: 'file_read', effect: 'read', path });
const writing = (path: string): PathQuestion => ({ ...question, tool: 'file_write', effect: 'change', path });
const none = policyOf();

describe('file_read, by default', () => {
  it.each([
    '/home/ada/.ssh/id_ed25519',
    '/home/ada/.ssh/work',
    '/home/ada/keys/id_rsa',
    '/home/ada/keys/id_rsa.bak',
    '/home/ada/keys/.id_rsa.swp',
    '/opt/app/tls/server.key',
    '/opt/app/tls/SERVER.PEM',
    '/opt/app/tls/server.pem~',
    '/etc/ssh/ssh_host_ed25519_key',
    '/etc/ssl/private/any',
    '/etc/shadow',
    '/etc/shadow-',
    '/etc/gshadow',
    '/etc/security/opasswd',
    '/var/backups/shadow.bak',
    '/mnt/emmc/etc/shadow',
    '/proc/self/root/etc/shadow',
    '/opt/app/.env',
    '/opt/app/.env.production',
    '/opt/app/prod.env',
    '/home/ada/.netrc',
    '/home/ada/.aws/credentials',
    '/home/ada/.docker/config.json',
    '/home/ada/.kube/config',
    '/home/ada/.git-credentials',
    '/home/ada/.cache/huggingface/token',
    '/home/ada/.huggingface/token',
    '/home/ada/.ngc/config',
    '/home/ada/.config/gh/hosts.yml',
    '/home/ada/.gnupg/private-keys-v1.d/x',
    '/home/ada/.local/share/keyrings/login.keyring',
    '/home/ada/passwords.kdbx',
    '/home/ada/.bash_history',
    '/home/ada/.python_history',
    '/etc/wpa_supplicant/wpa_supplicant.conf',
    '/etc/NetworkManager/system-connections/home.nmconnection',
    '/etc/netplan/01-wifi.yaml',
    '/etc/ppp/chap-secrets',
    '/etc/wireguard/wg0.conf',
    '/etc/rancher/k3s/k3s.yaml',
    '/var/lib/docker/containers/0a/config.v2.json',
    '/run/secrets/token',
    '/proc/1/environ',
    '/proc/self/task/1/environ',
    '/proc/kcore',
    '/dev/mem',
    '/dev/nvme0n1p1',
    '/dev',
    '/var/lib/systemd/coredump/core.1',
  ])('does not open %s', (path) =>
    expect(decidePath(none, reading(path))).toMatchObject({ decision: 'deny', place: 'default' }),
  );

  it.each([
    '/home/ada/.ssh/id_ed25519.pub',
    '/home/ada/.ssh/known_hosts',
    '/home/ada/.ssh/config',
    '/etc/ssh/ssh_host_ed25519_key.pub',
    '/etc/ssh/sshd_config',
    '/etc/passwd',
    '/etc/nv_tegra_release',
    '/etc/nvpmodel.conf',
    '/boot/extlinux/extlinux.conf',
    '/proc/cpuinfo',
    '/proc/1/status',
    '/sys/class/thermal/thermal_zone0/temp',
    '/home/ada/environment.txt',
    '/home/ada/keyboard.txt',
    '/home/ada/history.txt',
    '/var/log/syslog',
    '/',
  ])('opens %s', (path) => expect(decidePath(none, reading(path)).decision).toBe('allow'));
});

describe('file_write, by default', () => {
  it.each([
    '/etc/sudoers',
    '/etc/sudoers.d/me',
    '/home/ada/.ssh/authorized_keys',
    '/home/ada/.ssh',
    '/boot/extlinux/extlinux.conf',
    '/boot/Image',
    '/etc/shadow',
    '/etc/passwd',
    '/etc/group',
    '/etc/pam.d/sshd',
    '/etc/ssh/sshd_config',
    '/etc/ld.so.preload',
    '/etc/ld.so.conf.d/x.conf',
    '/etc/crontab',
    '/etc/cron.d/x',
    '/var/spool/cron/crontabs/ada',
    '/etc/systemd/system/x.service',
    '/usr/lib/systemd/system/x.service',
    '/run/systemd/system/x.service',
    '/etc/init.d/x',
    '/etc/rc.local',
    '/etc/profile.d/x.sh',
    '/etc/bash.bashrc',
    '/etc/udev/rules.d/99-x.rules',
    '/etc/polkit-1/rules.d/x.rules',
    '/etc/modprobe.d/x.conf',
    '/etc/apt/apt.conf.d/99x',
    '/etc/fstab',
    '/etc/netplan/01.yaml',
    '/etc/ufw/user.rules',
    '/etc/docker/daemon.json',
    '/etc/hosts.deny',
    '/usr/local/bin/x',
    '/usr/bin/sudo',
    '/bin/sh',
    '/sbin/init',
    '/lib/modules/5.15/x.ko',
    '/home/ada/.bashrc',
    '/home/ada/.profile',
    '/home/ada/.kshrc',
    '/home/ada/.cshrc',
    '/home/ada/.inputrc',
    '/home/ada/.k5login',
    '/home/ada/.netrc',
    '/home/ada/.docker/config.json',
    '/home/ada/.aws/config',
    '/home/ada/.jupyter/jupyter_server_config.py',
    '/var/tmp/jetfleet-1000/0123456789abcdef/run',
    '/home/ada/.zshenv',
    '/home/ada/.config/autostart/x.desktop',
    '/home/ada/.config/systemd/user/x.service',
    '/mnt/other/etc/sudoers',
    '/dev/sda',
    '/proc/sysrq-trigger',
    '/proc/sys/kernel/core_pattern',
    '/sys/power/state',
    '/etc/../etc//./sudoers/',
  ])('does not touch %s', (path) =>
    expect(decidePath(none, writing(path))).toMatchObject({ decision: 'deny', place: 'default' }),
  );

  it.each([
    ['system', '/etc/hosts'],
    ['system', '/etc/nvfancontrol.conf'],
    ['system', '/var/lib/app/x'],
    ['system', '/root'],
    ['system', '/newfile'],
    ['programs', '/opt/app/config.yaml'],
    ['programs', '/srv/app/run'],
    ['programs', '/home/ada/bin/backup'],
    ['programs', '/home/ada/.local/bin/x'],
    ['programs', '/home/ada/.local/lib/python3.10/site-packages/x'],
    ['programs', '/home/ada/venv/lib/python3.10/x'],
    ['programs', '/data/app/node_modules/x'],
    ['a program', '/home/ada/robot/start.sh'],
    ['a program', '/home/ada/robot/main.py'],
    ['a program', '/data/libx.so.1.2'],
    ['a program', '/home/ada/docker-compose.yml'],
    ['hidden', '/home/ada/.gitconfig'],
    ['hidden', '/home/ada/project/.git/hooks/pre-commit'],
    ['hidden', '/home/ada/.vimrc'],
    ['hidden', '/home/ada/.vim/plugin/x'],
    ['hidden', '/home/ada/.tmux.conf'],
    ['hidden', '/home/ada/.screenrc'],
    ['hidden', '/home/ada/.forward'],
    ['hidden', '/home/ada/.curlrc'],
    ['hidden', '/home/ada/.config/pip/pip.conf'],
    ['hidden', '/home/ada/.local/share/applications/x'],
    ['hidden', '/home/ada/.bash_history'],
  ])('asks a person, because of %s: %s', (why, path) =>
    expect(decidePath(none, writing(path))).toMatchObject({
      decision: 'ask',
      person: true,
      says: expect.stringContaining(why),
    }),
  );

  it('says why a person has to agree to a path that a rule opened', () => {
    const rule = { then: 'ask', tools: ['file_write'], arguments: { path: ['/home/*/.netrc'] } };
    expect(decidePath(policyOf(rule), writing('/home/ada/.netrc'))).toMatchObject({
      decision: 'ask',
      person: true,
      says: 'A person has to agree, because it may hold a password or an access token.',
    });
  });

  it.each([
    '/home/ada/notes.txt',
    '/home/ada/models/x',
    '/home/ada/combine/x',
    '/home/ada/python/x.txt',
    '/home/ada/settings.json',
    '/home/ada/robot/params.yaml',
    '/tmp/x',
    '/var/tmp/x',
    '/var/tmp/jetfleet-notes',
    '/data/models/x.onnx',
    '/home/ada/etc.txt',
  ])('asks for %s, as for any change', (path) =>
    expect(decidePath(none, writing(path))).toEqual(expect.not.objectContaining({ person: true })),
  );
});

describe('other tools', () => {
  it('list what they like, and go to files of their own choice', () => {
    expect(decidePath(none, { ...reading('/home/ada/.ssh/id_rsa'), tool: 'file_list' }).decision).toBe('allow');
    expect(decidePath(none, { ...writing('/sys/class/hwmon/hwmon0/pwm1'), tool: 'fan_set' })).toMatchObject({
      decision: 'ask',
    });
  });

  it.each(['etc/shadow', '~/.ssh/id_rsa', '', '/tmp/x\0/etc/shadow'])('are denied %j, which is no full path', (path) =>
    expect(decidePath(policyOf({ then: 'allow' }), reading(path)).decision).toBe('deny'),
  );

  it('have every path of theirs judged', () => {
    const args = { path: ['/home/ada/notes', '/etc/shadow'] };
    expect(decide(none, { ...reading(''), args }).decision).toBe('deny');
  });
});

describe('normalPath', () => {
  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/..', '/'],
    ['/a/./b//c/', '/a/b/c'],
    ['/a/../../b/..', '/'],
    ['/a/..b/...', '/a/..b/...'],
  ])('%s is %s', (path, normal) => expect(normalPath(path)).toBe(normal));
});
