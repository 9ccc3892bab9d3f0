import type { FakeBoard } from '../fakes/fake-device.js';
import { dfArgv } from '../../src/core/linux/df.js';
import { ipAddrArgv } from '../../src/core/linux/ip-addr.js';
import { lsblkArgv } from '../../src/core/linux/lsblk.js';
import { psArgv, topArgv } from '../../src/core/linux/processes.js';
import { packageFormat } from '../../src/core/linux/packages.js';
import { listUnitsArgv, unitFilesArgv } from '../../src/core/linux/units.js';

const words = (argv: readonly string[]): string => argv.join(' ');

export const dpkgLine = `dpkg-query -W -f ${packageFormat} nvidia-jetpack nvidia-l4t-core libnvinfer[0-9]* libcudnn[0-9]* nvidia-container-toolkit`;
export const keys = {
  df: words(dfArgv),
  lsblk: words(lsblkArgv),
  ip: words(ipAddrArgv),
  ps: words(psArgv),
  top: words(topArgv),
  units: words(listUnitsArgv),
  unitFiles: words(unitFilesArgv),
};

const cores = Array.from({ length: 6 }, (_, n) => `processor\t: ${n}\nCPU implementer\t: 0x41\nCPU part\t: 0xd42\n`);

export const files: Readonly<Record<string, string>> = {
  '/etc/nv_tegra_release':
    '# R36 (release), REVISION: 4.7, GCID: 42132812, BOARD: generic, EABI: aarch64, DATE: Thu Sep 18 22:54:44 UTC 2025\n# KERNEL_VARIANT: oot\n',
  '/proc/device-tree/compatible': 'nvidia,p3768-0000+p3767-0005-super\0nvidia,p3767-0005\0nvidia,tegra234\0',
  '/proc/device-tree/model': 'NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super\0',
  '/proc/device-tree/serial-number': '1423624000001\0',
  '/etc/nv_boot_control.conf': 'TNSPEC 3767-300-0005-N.2-1-1-jetson-orin-nano-devkit-super-\nTEGRA_CHIPID 0x23\n',
  '/proc/sys/kernel/hostname': 'nano-01\n',
  '/proc/sys/kernel/osrelease': '5.15.148-tegra\n',
  '/etc/os-release': 'NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n',
  '/proc/uptime': '3600.50 20000.00\n',
  '/proc/loadavg': '0.52 0.40 0.31 1/412 3456\n',
  // Boots an hour before the test's 2026-11-20T07:00:00Z.
  '/proc/stat': 'cpu  1 2 3\nbtime 1795154400\nprocesses 4711\n',
  '/proc/meminfo':
    'MemTotal:        7802736 kB\nMemAvailable:    6245596 kB\nSwapTotal:       3901344 kB\nSwapFree:        3901344 kB\n',
  '/proc/cpuinfo': cores.join('\n'),
  '/sys/devices/system/cpu/present': '0-5\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '1728000\n',
  '/sys/class/devfreq/17000000.gpu/available_frequencies': '306000000 612000000 1020000000\n',
  '/usr/local/cuda/version.json': '{"cuda": {"name": "CUDA SDK", "version": "12.6.11"}}',
  '/etc/nvpmodel.conf':
    '< POWER_MODEL ID=0 NAME=15W >\n< POWER_MODEL ID=1 NAME=25W >\n< POWER_MODEL ID=2 NAME=MAXN_SUPER >\n',
  '/etc/docker/daemon.json': '{"runtimes": {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}}',
  '/var/run/docker.sock': '',
  '/usr/bin/nvidia-container-runtime': '',
  '/sys/class/video4linux/video0/name': 'vi-output, imx219 10-0010\n',
  '/dev/gpiochip0': '',
  '/dev/gpiochip1': '',
  '/proc/swaps':
    'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/zram0                              partition\t650224\t\t0\t\t5\n',
  '/proc/mounts': '/dev/nvme0n1p1 / ext4 rw 0 0\nnas:/models /mnt/models nfs4 rw 0 0\n',
  '/sys/class/nvme/nvme0/model': 'Samsung SSD 980                         \n',
  '/sys/class/nvme/nvme0/state': 'live\n',
  '/proc/net/route':
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\nwlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\neth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n',
  '/etc/resolv.conf': 'nameserver 127.0.0.53\noptions edns0\n',
  '/run/systemd/resolve/resolv.conf': 'nameserver 192.168.1.1\n',
  '/proc/net/wireless':
    'Inter-| sta-|   Quality        |   Discarded packets\n face | tus | link level noise |  nwid\n wlan0: 0000   58.  -52.  -256        0\n',
  '/sys/class/net/eth0/speed': '1000\n',
  '/sys/class/net/usb0/speed': '-1\n',
  '/sys/class/net/wlan0/uevent': 'DEVTYPE=wlan\nINTERFACE=wlan0\n',
};

const ip = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether 3c:6d:66:00:00:02 brd ff:ff:ff:ff:ff:ff
    inet 192.168.1.31/24 brd 192.168.1.255 scope global dynamic noprefixroute eth0
       valid_lft 41638sec preferred_lft 41638sec
3: wlan0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether 3c:6d:66:00:00:03 brd ff:ff:ff:ff:ff:ff
4: usb0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc fq_codel state DOWN group default qlen 1000
    link/ether 3c:6d:66:00:00:04 brd ff:ff:ff:ff:ff:ff
    inet 192.168.55.1/24 brd 192.168.55.255 scope global usb0
       valid_lft forever preferred_lft forever
9: veth12ab34c@if8: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default
    link/ether 3c:6d:66:00:00:09 brd ff:ff:ff:ff:ff:ff link-netnsid 0
`;

export const runs: NonNullable<FakeBoard['runs']> = {
  'journalctl --no-pager -n 0': { text: '-- No entries --\n' },
  [dpkgLine]: {
    text: 'libcudnn9-cuda-12\t9.3.0.75-1\tii \nlibnvinfer10\t10.3.0.30-1+cuda12.5\tii \nnvidia-jetpack\t6.2.1+b38\tii \nnvidia-l4t-core\t36.4.7-20250918154033\tii \nnvidia-container-toolkit\t1.16.2-1\tii \n',
    exitCode: 1,
  },
  '/usr/local/cuda/bin/nvcc --version': { text: 'Cuda compilation tools, release 12.6, V12.6.68\n' },
  'docker --version': { text: 'Docker version 29.4.0, build 9d7ad9f\n' },
  'id -nG': { text: 'jet adm sudo video docker\n' },
  [keys.ip]: { text: ip },
  [keys.df]: {
    text: `Type 1B-blocks Used Avail Inodes IUsed Filesystem Mounted on
tmpfs 4000000000 0 4000000000 900 1 tmpfs /run
ext4 250000000000 200000000000 40000000000 15000000 300000 /dev/nvme0n1p1 /
vfat 66000000 100000 65900000 - - /dev/nvme0n1p10 /boot/efi
`,
  },
  [keys.lsblk]: {
    text: JSON.stringify({
      blockdevices: [
        {
          ...{
            name: 'nvme0n1',
            type: 'disk',
            size: 256060514304,
            ro: false,
            rm: false,
            mountpoint: null,
            fstype: null,
          },
          ...{ model: 'Samsung SSD 980', tran: 'nvme' },
          children: [
            {
              name: 'nvme0n1p1',
              type: 'part',
              size: '256000000000',
              ro: '0',
              rm: '0',
              mountpoint: '/',
              fstype: 'ext4',
            },
          ],
        },
        { name: 'zram0', type: 'disk', size: 665829376, ro: false, rm: false, mountpoint: '[SWAP]', fstype: null },
      ],
    }),
  },
  [keys.ps]: {
    text: `    1     0 root                             Ss       1 12000    3600  0.1 systemd
 2001     1 jet                              Sl      42 3145728   1800 12.5 llama-server
 2002     1 jet                              S        1 900000    1800 50.0 Web Content
 3000  2999 jet                              R        1  4000       0  0.0 ps
`,
  },
  [keys.top]: {
    text: `top - 07:00:00
  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
 2002 jet       20   0    1.0g  90000  40812 R  99.0   1.3   0:03.70 Web Content

top - 07:00:01
  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
 2001 jet       20   0    9.0g   3.0g  40812 R 186.7  40.0   0:03.70 llama-server
 2002 jet       20   0    1.0g  90000  40812 S   2.0   1.3   0:03.70 Web Content
`,
  },
  [keys.units]: {
    text: `ssh.service loaded active running OpenBSD Secure Shell server
nvpmodel.service loaded inactive dead nvpmodel service
● broken.service loaded failed failed A broken thing
ghost.service not-found inactive dead ghost.service
`,
  },
  [keys.unitFiles]: {
    text: 'ssh.service enabled enabled\nbroken.service disabled enabled\nnvpmodel.service enabled enabled\n',
  },
};

export const orinNano: FakeBoard = { files, runs, denied: [] };
