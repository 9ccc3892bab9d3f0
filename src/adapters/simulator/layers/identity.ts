import type { BoardSpec } from '../boards/board-spec.js';
import { deviceNode, rootOnly, type Files } from '../device/file-tree.js';

/** The Debian that each Ubuntu was made from. */
const debianOf: Readonly<Record<string, string>> = {
  '18.04': 'buster/sid\n',
  '20.04': 'bullseye/sid\n',
  '22.04': 'bookworm/sid\n',
  '24.04': 'trixie/sid\n',
};

/** Who a board says it is: device tree, release file, Ubuntu, machine id. */
export function identityFiles(spec: BoardSpec): Files {
  const { release } = spec;
  const [major, ...revision] = release.l4t.split('.');
  const modern = release.jetpackMajor >= 6;
  const tegraRelease = [
    `# R${major ?? ''} (release), REVISION: ${revision.join('.')}, GCID: ${release.gcid}, BOARD: ${release.reference ?? 'generic'}, EABI: aarch64, DATE: ${release.builtAt}`,
    ...(modern
      ? [
          '# KERNEL_VARIANT: oot',
          'TARGET_USERSPACE_LIB_DIR=nvidia',
          'TARGET_USERSPACE_LIB_DIR_PATH=usr/lib/aarch64-linux-gnu/nvidia',
        ]
      : []),
  ].join('\n');
  const { ubuntu } = release;
  const superBoard = spec.compatible[0]?.endsWith('-super') === true;
  const module =
    spec.compatible.map((entry) => /p(\d{4}-\d{4})/.exec(entry.split('+').at(-1) ?? '')?.[1]).find(Boolean) ??
    '0000-0000';
  const tree = '/proc/device-tree';
  return {
    '/etc/nv_tegra_release': `${tegraRelease}\n`,
    '/etc/nv_boot_control.conf': `TNSPEC ${module}-300-0000-C.1-1-0-jetson-${spec.kind}${superBoard ? '-super' : ''}-mmcblk0p1\nCOMPATIBLE_SPEC ${module}-300---1--jetson-${spec.kind}-\nTEGRA_CHIPID 0x${spec.soc.slice(5)}\n`,
    [`${tree}/model`]: `${spec.model}\0`,
    [`${tree}/compatible`]: `${spec.compatible.join('\0')}\0`,
    [`${tree}/serial-number`]: (device) => `${device.serial()}\0`,
    '/sys/firmware/devicetree/base/model': `${spec.model}\0`,
    '/sys/firmware/devicetree/base/serial-number': (device) => `${device.serial()}\0`,
    '/etc/os-release': [
      `NAME="Ubuntu"`,
      `VERSION="${ubuntu.name}"`,
      'ID=ubuntu',
      'ID_LIKE=debian',
      `PRETTY_NAME="Ubuntu ${ubuntu.name.split(' (')[0] ?? ubuntu.version}"`,
      `VERSION_ID="${ubuntu.version}"`,
      `VERSION_CODENAME=${ubuntu.codename}`,
      `UBUNTU_CODENAME=${ubuntu.codename}`,
      '',
    ].join('\n'),
    '/etc/debian_version': debianOf[ubuntu.version] ?? 'sid\n',
    '/proc/sys/kernel/ostype': 'Linux\n',
    '/etc/hostname': (device) => `${device.name}\n`,
    '/etc/machine-id': (device) => `${device.hex(920, 32)}\n`,
    '/etc/timezone': 'Etc/UTC\n',
    '/etc/passwd': (device) =>
      [
        'root:x:0:0:root:/root:/bin/bash',
        ...device.accounts
          .filter((account) => account.sudo !== 'root')
          .map(
            (account, index) => `${account.name}:x:${1000 + index}:${1000 + index}:,,,:/home/${account.name}:/bin/bash`,
          ),
        '',
      ].join('\n'),
    '/etc/shadow': rootOnly('root:*:19000:0:99999:7:::\n'),
    '/etc/sudoers': rootOnly('%sudo ALL=(ALL:ALL) ALL\n'),
    '/lib/ld-linux-aarch64.so.1': deviceNode,
    '/dev/null': deviceNode,
    '/dev/gpiochip0': deviceNode,
    '/dev/gpiochip1': deviceNode,
    '/dev/i2c-1': deviceNode,
    '/dev/video0': deviceNode,
    '/proc/version': `Linux version ${release.kernel} (buildbrain@mobile-u64) (aarch64-buildroot-linux-gnu-gcc) ${release.kernelBuild}\n`,
  };
}
