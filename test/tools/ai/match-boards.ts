import type { FakeBoard } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';

const release = (major: number, revision: string): string =>
  `# R${major} (release), REVISION: ${revision}, GCID: 42132812, BOARD: generic, EABI: aarch64, DATE: Thu Sep 18 22:54:44 UTC 2025\n`;
const trees = {
  nano: 'nvidia,p3768-0000+p3767-0005-super\0nvidia,p3767-0005\0nvidia,tegra234\0',
  agx: 'nvidia,p3737-0000+p3701-0005\0nvidia,p3701-0005\0nvidia,tegra234\0',
  thor: 'nvidia,p4071-0000+p3834-0008\0nvidia,p3834-0008\0nvidia,tegra264\0',
} as const;

export interface BoardWish {
  readonly l4t?: readonly [major: number, revision: string];
  readonly totalMb: number;
  readonly availableMb: number;
  readonly desktop?: boolean;
  readonly engine?: FakeEngine;
  readonly files?: Readonly<Record<string, string>>;
}

/** A board with Docker, as the matching looks at it. */
export function matchBoard(kind: keyof typeof trees, wish: BoardWish): FakeBoard {
  const { l4t = [36, '5.0'], totalMb, availableMb, desktop = false, engine = {}, files = {} } = wish;
  return {
    files: {
      '/etc/nv_tegra_release': release(...l4t),
      '/proc/device-tree/compatible': trees[kind],
      '/proc/meminfo': `MemTotal: ${totalMb * 1024} kB\nMemFree: ${(availableMb - 200) * 1024} kB\nMemAvailable: ${availableMb * 1024} kB\n`,
      '/etc/docker/daemon.json': '{"runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}',
      '/var/run/docker.sock': '',
      '/usr/bin/nvidia-container-runtime': '',
      '/lib/ld-linux-aarch64.so.1': '',
      ...(desktop && { '/tmp/.X11-unix/X0': '' }),
      ...files,
    },
    runs: {
      'docker --version': { text: 'Docker version 27.5.1, build 9f9e405\n' },
      'id -nG': { text: 'nvidia docker\n' },
    },
    docker: { answers: { '/containers/json': [], '/images/json': [], ...engine.answers } },
  };
}

/** An engine with one container that holds so much memory. */
export function engineWith(name: string, mb: number, images: readonly string[] = []): FakeEngine {
  const id = 'c'.repeat(64);
  return {
    answers: {
      '/containers/json': [
        { Id: id, Names: [`/${name}`], Image: 'web', State: 'running', Status: 'Up 2 days', Ports: [] },
      ],
      [`/containers/${id}/stats`]: {
        read: '2026-11-20T07:00:00Z',
        cpu_stats: { cpu_usage: { total_usage: 1 } },
        memory_stats: { usage: mb * 2 ** 20, limit: 2 ** 33, stats: {} },
      },
      '/images/json': [{ Id: `sha256:${id}`, RepoTags: images, RepoDigests: [], Created: 1, Size: 1 }],
    },
  };
}
