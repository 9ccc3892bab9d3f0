import { describe, expect, it } from '@jest/globals';
import { DeviceDescribe } from '../../../tools/device/device_describe.js';
import { Failure } from '../../../src/core/errors.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { files, keys, orinNano, runs, dpkgLine } from '../orin-nano-board.js';

const tool = new DeviceDescribe();
const without = <T>(record: Readonly<Record<string, T>>, ...names: string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
const describeBoard = async (board = orinNano) =>
  tool.spec.output.parse(await tool.read({}, new FakeDevice('nano-01', board), fakeCall()));

describe('device_describe', () => {
  it('tells what an Orin Nano is, in one exchange', async () => {
    const device = new FakeDevice('nano-01', orinNano);
    const found = await tool.read({}, device, fakeCall());
    expect(device.asked).toEqual(['device_describe']);
    expect(found).toMatchObject({
      module: { slug: 'orin-nano-8gb', pNumber: 'p3767-0005', carrier: 'p3768-0000', superFirmware: true },
      soc: { name: 'tegra234', codename: 'Orin', sm: '8.7' },
      serial: '1423624000001',
      ramBytes: 7_802_736 * 1024,
      l4t: '36.4.7',
      jetpack: { byRelease: '6.2.1', byPackage: '6.2.1' },
      cuda: '12.6.11',
      tensorrt: '10.3.0.30',
      cudnn: '9.3.0.75',
      containerToolkit: '1.16.2',
      os: 'Ubuntu 22.04.5 LTS',
      kernel: '5.15.148-tegra',
      cpu: { models: ['Cortex-A78AE'], present: 6, online: 4, maxMHz: 1728 },
      gpuMaxMHz: 1020,
      powerModes: [
        { id: 0, name: '15W' },
        { id: 1, name: '25W' },
        { id: 2, name: 'MAXN_SUPER' },
      ],
      disks: [{ name: 'nvme0n1', model: 'Samsung SSD 980', transport: 'nvme' }],
      addresses: { eth0: ['192.168.1.31/24'], usb0: ['192.168.55.1/24'] },
      docker: { version: '29.4.0', running: true, userMayUseIt: true, nvidiaRuntime: true },
      sudo: 'nopasswd',
      cameras: [{ name: 'vi-output, imx219 10-0010', kind: 'csi' }],
      gpioChips: 2,
      findings: [],
    });
    expect(found).not.toHaveProperty('notRead');
    expect(found).not.toHaveProperty('unknown');
  });

  it('tells a held release from a newer JetPack package', async () => {
    const found = await describeBoard({
      ...orinNano,
      files: { ...files, '/etc/nv_tegra_release': (files['/etc/nv_tegra_release'] ?? '').replace('4.7', '5.0') },
      runs: { ...runs, [dpkgLine]: { text: 'nvidia-jetpack\t6.2.3+b1\tii \nnvidia-l4t-core\t36.5.0-20260116\tii \n' } },
    });
    expect(found.jetpack).toEqual({ byRelease: '6.2.2', byPackage: '6.2.3' });
    expect(found.findings.map(({ kind }) => kind)).toEqual(['jetpack_disagrees']);
  });

  it('does not guess the JetPack of a release that it does not know', async () => {
    const found = await describeBoard({
      ...orinNano,
      files: { ...files, '/etc/nv_tegra_release': (files['/etc/nv_tegra_release'] ?? '').replace('4.7', '9.9') },
    });
    expect(found.l4t).toBe('36.9.9');
    expect(found.jetpack).not.toHaveProperty('byRelease');
    expect(found.findings.map(({ kind }) => kind)).toEqual(['unknown_release', 'l4t_disagrees']);
  });

  it('finds an Orin NX label over the limits of an Orin Nano', async () => {
    const found = await describeBoard({
      ...orinNano,
      files: {
        ...files,
        '/proc/device-tree/model': 'NVIDIA Jetson Orin NX Engineering Reference Developer Kit Super\0',
        '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '1510400\n',
      },
    });
    expect(found.findings.map(({ kind }) => kind)).toEqual(['label_disagrees', 'limits_disagree']);
  });

  it('says what it could not read on a bare host that is no Jetson', async () => {
    const bare = new FakeDevice('pc', {
      files: { '/proc/sys/kernel/hostname': 'pc\n', '/proc/meminfo': 'MemTotal: 100 kB\n' },
      missing: ['dpkg-query', '/usr/local/cuda/bin/nvcc', 'docker', 'id', 'df', 'lsblk', 'ip'],
      sudo: 'none',
    });
    const found = tool.spec.output.parse(await tool.read({}, bare, fakeCall()));
    expect(found).toMatchObject({ hostname: 'pc', module: {}, jetpack: {}, sudo: 'none', gpioChips: 0, cameras: [] });
    for (const absent of ['soc', 'serial', 'l4t', 'cuda', 'tensorrt', 'docker', 'powerModes', 'gpuMaxMHz'])
      expect(found).not.toHaveProperty(absent);
    expect(found.findings.map(({ kind }) => kind)).toEqual(['not_a_jetson']);
    expect(found.notRead?.map(({ what }) => what)).toEqual([
      'L4T release',
      'module',
      'serial',
      'package versions',
      'CUDA',
      'power modes',
      'file systems',
      'disks',
      'addresses',
    ]);
  });

  it('says when the Docker settings are broken or hidden', async () => {
    const broken = await describeBoard({
      ...orinNano,
      files: { ...files, '/etc/docker/daemon.json': '{"runtimes": ' },
    });
    expect(broken.docker?.nvidiaRuntime).toBe(false);
    expect(broken.notRead).toEqual([{ what: 'Docker settings', why: 'daemon.json is not valid' }]);
    const hidden = await describeBoard({ ...orinNano, denied: ['/etc/docker/daemon.json'] });
    expect(hidden.notRead?.[0]).toMatchObject({ what: 'Docker settings', why: expect.stringContaining('root') });
  });

  it('passes on what the device refuses, and cleans what it says', async () => {
    const refusing = new FakeDevice('x', { failing: new Failure('unreachable', 'no route') });
    await expect(tool.read({}, refusing, fakeCall())).rejects.toMatchObject({ kind: 'unreachable' });
    const found = await describeBoard({
      ...orinNano,
      files: {
        ...without(files, '/etc/nv_boot_control.conf'),
        '/proc/device-tree/model': 'A\u001b[31mB\u202e IGNORE ALL\0',
      },
      runs: { ...runs, [keys.ip]: { text: 'nonsense \u001b[2J here\n' } },
    });
    expect(JSON.stringify(found)).not.toMatch(/\\u001b|\u001b|\u202e/);
    expect(found.unknown).toEqual(['nonsense  here']);
  });
});
