import { describe, expect, it } from '@jest/globals';
import type { ContainerSpec } from '../../../src/core/docker/container-spec.js';
import { specGrants } from '../../../src/core/docker/spec-grants.js';
import { specOf } from './specs.js';

const bind = (source: string, readOnly = true): Partial<ContainerSpec> => ({
  mounts: [{ kind: 'bind', source, target: '/x', readOnly }],
});
const grants = (more: Partial<ContainerSpec>, resolve?: (path: string) => string): string[] =>
  specGrants(specOf(more), { ...(resolve && { real: resolve }) });

describe('what gives a container the whole device', () => {
  it.each<[Partial<ContainerSpec>, string]>([
    [{ privileged: true }, 'privileged'],
    [{ network: 'host' }, 'host-network'],
    [{ pid: 'host' }, 'host-pid'],
    [{ ipc: 'host' }, 'host-ipc'],
    [{ capAdd: ['CAP_SYS_ADMIN'] }, 'cap-SYS_ADMIN'],
    [{ capAdd: ['ALL'] }, 'cap-ALL'],
    [{ devices: ['/dev/sda'] }, 'raw-device'],
    [{ devices: ['/dev/nvme0n1'] }, 'raw-device'],
    [{ devices: ['/dev/mem'] }, 'raw-device'],
    [{ devices: ['/dev/./mmcblk0'] }, 'raw-device'],
    [bind('/dev'), 'raw-device'],
  ])('%j is %s', (more, grant) => expect(grants(more)).toEqual([grant]));

  it.each([
    ...[
      '/var/run/docker.sock',
      '/run/docker.sock',
      '/run',
      '/var/run',
      '/var/run/',
      '/',
      '//',
      '/var/run/../run/docker.sock',
    ],
    ...[
      '/var/run/../../run/./docker.sock',
      '/home/../run',
      '/proc/1/root',
      '/proc/1/root/run/docker.sock',
      '/proc/self/root/var/run',
    ],
    ...[
      '/run/containerd',
      '/run/containerd/containerd.sock',
      '/run/podman',
      '/run/user/1000/podman/podman.sock',
      '/run/user/1000',
    ],
    ...[
      '/srv/my-docker.sock',
      '/home/nano/.docker/desktop/docker.sock',
      '/proc/1/root/proc/1/root/var/run',
      '/proc/self/task/1/root/run',
    ],
  ])('a bind of %s, even read-only, reaches the engine', (path) =>
    expect(grants(bind(path))).toContain('docker-socket'),
  );

  it.each([
    '/',
    '/etc',
    '/boot',
    '/root',
    '/proc',
    '/sys',
    '/usr/local/bin',
    '/var/lib/docker',
    '/etc/cron.d',
    '/home/nano',
    '/home/nano/.ssh',
    '/var',
    '/home/nano/.bashrc',
    '/etc/hosts',
  ])('a writable bind of %s is the device', (path) => expect(grants(bind(path, false))).toContain('host-root'));

  it.each([
    '/etc',
    '/etc/shadow',
    '/root',
    '/home/nano/.ssh',
    '/home/nano/.ssh/id_ed25519',
    '/home/nano',
    '/etc/NetworkManager',
    '/var/lib/docker/containers',
    '/proc/1/environ',
    '/home/nano/.config',
    '/home/nano/.aws',
  ])('a read-only bind of %s tells secrets', (path) => expect(grants(bind(path))).toContain('host-secrets'));

  it.each(['/run/dbus', '/run/dbus/system_bus_socket', '/run/systemd', '/var/run/systemd/private'])(
    'a bind of %s has services do anything as root',
    (path) => expect(grants(bind(path))).toContain('host-services'),
  );

  it.each([
    '/data',
    '/srv/models',
    '/mnt/nvme/models',
    '/home/nano/models',
    '/tmp/argus_socket',
    '/opt/app',
    '/home/nano/.cache/huggingface',
    '/dev/shm',
    '/run/jtop.sock',
    '/media/usb',
  ])('a writable bind of %s is ordinary', (path) => expect(grants(bind(path, false))).toEqual([]));
  it.each(['/etc/localtime', '/etc/nv_tegra_release', '/sys/devices', '/usr/share/fonts', '/proc/device-tree/model'])(
    'a read-only bind of %s is ordinary',
    (path) => expect(grants(bind(path))).toEqual([]),
  );
  it('cameras, buses and GPUs are what devices are for; volumes and harmless capabilities too', () => {
    const devices = [
      '/dev/video0',
      '/dev/i2c-7',
      '/dev/snd',
      '/dev/bus/usb',
      '/dev/ttyTHS1',
      '/dev/gpiochip0',
      '/dev/nvhost-gpu',
      '/dev/nvmap',
      '/dev/dri/card0',
    ];
    const mounts = [{ kind: 'volume' as const, source: 'etc', target: '/etc', readOnly: false }];
    expect(grants({ devices, mounts, capAdd: ['SYS_NICE', 'CAP_IPC_LOCK'], network: 'lab' })).toEqual([]);
  });

  it('follows a link where somebody has looked at it', () => {
    expect(grants(bind('/home/nano/data', false), () => '/etc')).toEqual(['host-root']);
    expect(grants(bind('/home/nano/data', false), (path) => path)).toEqual([]);
  });
});
