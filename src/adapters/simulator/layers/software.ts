import type { BoardSpec } from '../boards/board-spec.js';
import { deviceNode, directory, link, type Files } from '../device/file-tree.js';

/** Disks, CUDA, Docker, cameras. */
export function softwareFiles(spec: BoardSpec): Files {
  const { release, disk } = spec;
  const files: Record<string, Files[string]> = {
    '/etc/docker/daemon.json': `${JSON.stringify({ runtimes: { nvidia: { args: [], path: 'nvidia-container-runtime' } } }, null, 4)}\n`,
    '/run/docker.sock': deviceNode,
    '/run/systemd/system': directory,
    '/var/run': link('/run'),
    '/usr/bin/nvidia-container-runtime': deviceNode,
    '/etc/nvidia-container-runtime/host-files-for-container.d/drivers.csv':
      'lib, /usr/lib/aarch64-linux-gnu/nvidia/libcuda.so\n',
    '/usr/bin/docker': deviceNode,
    '/var/lib/docker': { ...directory, mode: 0o710 },
    '/etc/mtab': link('../proc/mounts'),
    '/proc/mounts': [
      `/dev/${disk.device}p1 / ext4 rw,relatime 0 0`,
      'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0',
      'sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0',
      'tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0',
      'tmpfs /run tmpfs rw,nosuid,nodev,size=20% 0 0',
      '',
    ].join('\n'),
    '/sys/class/video4linux/video0/name': 'vi-output, imx219 10-0010\n',
  };
  if (release.jetpackMajor >= 7) files['/etc/cdi/nvidia.yaml'] = 'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\n';
  if (release.jetpackMajor === 4) files['/usr/local/cuda/version.txt'] = 'CUDA Version 10.2.300\n';
  else {
    const version = release.cudaFull.split('-')[0] ?? release.cuda;
    files['/usr/local/cuda/version.json'] = `${JSON.stringify({ cuda: { name: 'CUDA SDK', version } }, null, 3)}\n`;
  }
  if (disk.device === 'nvme0n1') {
    files['/sys/class/nvme/nvme0/model'] = 'Simulated NVMe SSD                      \n';
    files['/sys/class/nvme/nvme0/state'] = 'live\n';
  }
  return files;
}
