import { expect, it } from '@jest/globals';
import { boardOf } from '../../src/core/jetson/board.js';
import { cameraKind } from '../../src/core/jetson/camera-kind.js';
import { cudaOfNvcc } from '../../src/core/jetson/cuda-version.js';
import { releaseOf } from '../../src/core/jetson/releases.js';
import { parseTegraRelease } from '../../src/core/jetson/tegra-release.js';
import { parseDf } from '../../src/core/linux/df.js';
import { dockerVersion, parseDaemonJson } from '../../src/core/linux/docker.js';
import { parseIpAddr } from '../../src/core/linux/ip-addr.js';
import { troublesIn } from '../../src/core/linux/log-troubles.js';
import { parseLsblk } from '../../src/core/linux/lsblk.js';
import { memoryUse, parseMeminfo, swapUse } from '../../src/core/linux/meminfo.js';
import { parseNvmeHealth } from '../../src/core/linux/nvme-health.js';
import { parsePackages, upstreamVersion } from '../../src/core/linux/packages.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

/** The release in a recording's name, `36.4.4`. */
const releaseIn = (path: string): string | undefined => /r(\d+\.\d+\.\d+)/i.exec(path)?.[1];

describeWith(corpusMissing, 'identity and system recordings', () => {
  it.each(recordingsOf('nv_tegra_release'))('%s', (path, text) => {
    const release = parseTegraRelease(text);
    expect(release).toMatchObject({ l4t: releaseIn(path), unknown: [] });
    expect(releaseOf(release.l4t ?? '')).toMatchObject({ l4t: release.l4t });
  });

  it.each(recordingsOf('device-tree-compatible'))('%s', (_path, text) => {
    for (const separated of [text, text.replaceAll('\n', '\0')]) {
      expect(boardOf(separated, '', undefined)).toMatchObject({
        pNumber: 'p3767-0005',
        carrier: 'p3768-0000',
        module: { slug: 'orin-nano-8gb' },
        soc: 'tegra234',
        socFacts: { sm: '8.7' },
        superFirmware: true,
      });
    }
  });

  it.each([...recordingsOf('dpkg-query-W'), ...recordingsOf('dpkg-query-l4t-core')])('%s', (path, text) => {
    const { versions, unknown } = parsePackages(text);
    expect(unknown).toEqual([]);
    const withVersion = text.split('\n').filter((line) => /\t\S/.test(line)).length;
    expect(versions.size).toBe(withVersion);
    for (const version of versions.values()) expect(upstreamVersion(version)).toMatch(/^\d+(\.\d+)+$/);
    if (path.includes('l4t-core')) expect(upstreamVersion(versions.get('nvidia-l4t-core') ?? '')).toBe(releaseIn(path));
  });

  it('reads the JetPack of its package', () => {
    const versions = recordingsOf('apt-cache-nvidia-jetpack').flatMap(([, text]) => [
      ...text.matchAll(/(?:^Version: |\t)(\S+)$/gm),
    ]);
    expect(versions.map((match) => upstreamVersion(match[1] ?? ''))).toEqual(['7.2.1', '6.2.1', '6.2', '6.1']);
  });

  it.each(recordingsOf('meminfo'))('%s', (_path, text) => {
    const meminfo = parseMeminfo(text);
    expect(meminfo.unknown).toEqual([]);
    expect(meminfo.values.size).toBe(text.trim().split('\n').length);
    expect(memoryUse(meminfo)).toEqual({
      totalBytes: 7_802_736 * 1024,
      availableBytes: 6_245_596 * 1024,
      usedPercent: 20,
    });
    expect(swapUse(meminfo)).toEqual({ totalBytes: 3_901_344 * 1024, usedBytes: (3_901_344 - 3_608_100) * 1024 });
  });

  it.each(recordingsOf('df-h'))('%s', (_path, text) => {
    const { fileSystems, unknown } = parseDf(text);
    expect(unknown).toEqual([]);
    expect(fileSystems.map(({ target }) => target)).toEqual(['/', '/boot/efi']);
    for (const [index, { usedPercent }] of fileSystems.entries()) {
      const printed = Number(
        /(\d+)%/.exec(text.split('\n').filter((line) => line.startsWith('/dev/'))[index] ?? '')?.[1],
      );
      // The recordings print rounded sizes, ours is reckoned from them.
      expect(Math.abs(usedPercent - printed)).toBeLessThanOrEqual(1);
    }
  });

  it.each(recordingsOf('lsblk'))('%s', (_path, text) => {
    const { devices, unknown } = parseLsblk(text);
    expect(unknown).toEqual([]);
    expect(devices).toHaveLength(text.trim().split('\n').length - 1);
    expect(devices.find(({ name }) => name === 'nvme0n1p1')).toMatchObject({
      parent: 'nvme0n1',
      type: 'part',
      mountPoint: '/',
    });
    expect(devices.filter(({ mountPoint }) => mountPoint === '[SWAP]')).toHaveLength(6);
    expect(devices.find(({ name }) => name === 'mmcblk0p2')).not.toHaveProperty('mountPoint');
  });

  it.each(recordingsOf('ip-addr'))('%s', (_path, text) => {
    const { interfaces, unknown } = parseIpAddr(text);
    expect(unknown).toEqual([]);
    expect(interfaces.map(({ name }) => name)).toEqual([
      'lo',
      'dummy0',
      'eth0',
      'l4tbr0',
      'rndis0',
      'usb0',
      'wlan0',
      'docker0',
    ]);
    expect(interfaces.flatMap(({ addresses }) => addresses)).toHaveLength(text.match(/^\s+inet6? /gm)?.length ?? 0);
    expect(interfaces.find(({ name }) => name === 'eth0')).toMatchObject({
      altNames: ['enP8p1s0'],
      carrier: true,
      mtu: 1500,
    });
    expect(interfaces.find(({ name }) => name === 'wlan0')?.addresses[1]?.flags).toEqual(['dadfailed', 'tentative']);
  });

  it.each(recordingsOf('nvme-smart-log'))('%s', (_path, text) => {
    const { values, unknown } = parseNvmeHealth(text);
    expect(unknown).toEqual([]);
    expect(values.size).toBe(text.trim().split('\n').length - 1);
    expect(values.get('temperatureCelsius')).toBe(26);
    expect(values.get('availableSparePercent')).toBe(100);
    expect(values.get('hostWriteCommands')).toBe(1_620_770_593);
  });

  it.each(recordingsOf('docker--version'))('%s', (_path, text) => expect(dockerVersion(text)).toBe('29.4.0'));
  it.each(recordingsOf('docker-daemon-json'))('%s', (_path, text) =>
    expect(parseDaemonJson(text)?.hasNvidiaRuntime).toBe(true),
  );
  it.each(recordingsOf('nvcc--version'))('%s', (_path, text) => expect(cudaOfNvcc(text)).toBe('12.6.68'));

  it.each(recordingsOf('v4l2-ctl-list-devices'))('%s', (_path, text) => {
    const names = [...text.matchAll(/^(\S.*) \([\w.:-]+\):$/gm)].map((match) => match[1] ?? '');
    for (const name of names)
      expect(cameraKind(name)).toBe(name.startsWith('vi-output') ? 'csi' : name.includes('Tegra') ? 'other' : 'usb');
  });

  const troubles: Readonly<Record<string, string>> = {
    'apt-lock': 'package_lock',
    'docker-permission': 'docker_permission',
    'docker-unknown-server-os': 'docker_permission',
    'oc-popup': 'over_current',
    sm87: 'cuda_architecture',
    oom: 'out_of_memory',
    'sudo-no-tty': 'sudo_password',
    'nx-16gb-sudo-n': 'sudo_password',
    'vllm-free-memory': 'gpu_memory_budget',
    'cpufreq-throttle': 'clock_deviation',
  };

  it.each([...recordingsOf('errors'), ...recordingsOf('jtop-or-kernel-log')])('%s', (path, text) => {
    const lines = text
      .trim()
      .split('\n')
      .map((message) => ({ message }));
    const expected = Object.entries(troubles).find(([part]) => path.includes(part))?.[1];
    expect(troublesIn(lines).map(({ kind, count }) => [kind, count])).toEqual(
      expected === undefined ? [] : [[expected, 1]],
    );
  });
});
