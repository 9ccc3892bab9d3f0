import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/core/errors.js';
import { ContainerStats } from '../../../tools/container/container_stats.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import type { FakeEngine } from '../../fakes/fake-docker.js';
import { idOf, inspectJson, listedJson } from './answers.js';

const tool = new ContainerStats();
const GiB = 2 ** 30;

interface Moment {
  readonly cpu: number;
  readonly memory?: object;
  readonly rx?: number;
  readonly read?: number;
}

/** What the engine writes each second. */
const lines = (moments: readonly Moment[], more: object = {}) =>
  moments.map(({ cpu, memory, rx = 0, read = 0 }, n) => ({
    from: 'json' as const,
    text: JSON.stringify({
      read: new Date(Date.UTC(2026, 10, 20, 7, 0, n)).toISOString(),
      cpu_stats: { cpu_usage: { total_usage: cpu * 1e9 }, system_cpu_usage: cpu * 1e8, online_cpus: 6 },
      memory_stats: memory ?? { usage: 3 * GiB, limit: 8 * GiB, stats: { inactive_file: GiB, file: 2 * GiB } },
      networks: { eth0: { rx_bytes: rx, tx_bytes: 0 }, eth1: { rx_bytes: rx, tx_bytes: 10 } },
      blkio_stats: {
        io_service_bytes_recursive: [
          { op: 'Read', value: read },
          { op: 'write', value: 5 },
        ],
      },
      pids_stats: { current: 7 },
      ...more,
    }),
  }));

const one = (pieces: ReturnType<typeof lines>, more: object = {}): FakeEngine => ({
  answers: {
    '/containers/json': [listedJson(1, 'llama'), listedJson(2, 'gone', { State: 'exited' })],
    '/containers/llama/json': inspectJson(1, 'llama', more as Record<string, unknown>),
  },
  streams: { [`/containers/${idOf(1)}/stats`]: pieces },
});

async function read(docker: FakeEngine, args: object = {}) {
  const device = new FakeDevice('nano', { docker });
  return tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), device, fakeCall()));
}

describe('container_stats', () => {
  it('tells one second: two busy cores, memory without cache, rates', async () => {
    const data = await read(one(lines([{ cpu: 10 }, { cpu: 12, rx: 500, read: 4096 }, { cpu: 99 }])));
    expect(data).toEqual({
      running: 1,
      total: { cpuPercent: 200, memoryBytes: 2 * GiB },
      containers: {
        llama: {
          cpuPercent: 200,
          memoryBytes: 2 * GiB,
          memoryPercent: 25,
          memoryLimitBytes: 8 * GiB,
          pids: 7,
          receivedBytesPerSecond: 1000,
          sentBytesPerSecond: 0,
          readBytesPerSecond: 4096,
          writtenBytesPerSecond: 0,
          receivedBytes: 1000,
          sentBytes: 10,
          readBytes: 4096,
          writtenBytes: 5,
        },
      },
    });
  });

  it('tells mean, lowest and highest over several', async () => {
    const moments = [{ cpu: 0 }, { cpu: 1 }, { cpu: 4 }, { cpu: 6 }];
    const { containers } = await read(one(lines(moments)), { container: 'llama', seconds: 3 });
    expect(containers['llama']?.cpuPercent).toEqual({ mean: 200, min: 100, max: 300 });
  });

  it.each([
    ['cgroup v1', { usage: 3 * GiB, limit: 8 * GiB, stats: { total_inactive_file: 2 * GiB, inactive_file: 0 } }, GiB],
    ['a kernel without the memory cgroup', {}, undefined],
    ['Podman', { usage: GiB, limit: 8 * GiB }, GiB],
    ['cache that is more than all', { usage: GiB, stats: { inactive_file: 2 * GiB } }, GiB],
  ])('memory of %s', async (_what, memory, bytes) => {
    const { containers } = await read(
      one(
        lines([
          { cpu: 1, memory },
          { cpu: 1, memory },
        ]),
      ),
    );
    expect(containers['llama']?.memoryBytes).toBe(bytes);
  });

  it('leaves out what the engine does not tell', async () => {
    const more = { networks: null, blkio_stats: { io_service_bytes_recursive: null } };
    const { containers } = await read(one(lines([{ cpu: 0 }, { cpu: 0.5 }], more)));
    expect(containers['llama']).toMatchObject({ cpuPercent: 50 });
    expect(containers['llama']).not.toHaveProperty('receivedBytes');
    expect(containers['llama']).not.toHaveProperty('readBytesPerSecond');
  });

  it('reads what Podman 4.3 writes every five seconds', async () => {
    const podman = (read: string, cpu: number, system: number, usage: number) => ({
      from: 'json' as const,
      text: JSON.stringify({
        read,
        pids_stats: { current: 1 },
        blkio_stats: { io_service_bytes_recursive: [] },
        cpu_stats: { cpu_usage: { total_usage: cpu }, system_cpu_usage: system, online_cpus: 2 },
        memory_stats: { usage, limit: 25_276_510_208 },
        networks: { network: { rx_bytes: 0, tx_bytes: 0 } },
      }),
    });
    const pieces = [
      podman('2026-11-20T16:15:08.096733882Z', 566_520_540, 29_757_182_153_431, 491_520),
      podman('2026-11-20T16:15:13.098985461Z', 2_463_677_915, 29_767_178_821_570, 339_968),
    ];
    const { containers } = await read(one(pieces));
    expect(containers['llama']).toMatchObject({ cpuPercent: 37.9, memoryBytes: 339_968, pids: 1 });
  });

  it('leaves out what ends before a second is over, and lines that are none', async () => {
    const zero = { from: 'json' as const, text: '{"read":"0001-01-01T00:00:00Z","cpu_stats":{}}' };
    const broken = { from: 'json' as const, text: 'oops {' };
    const data = await read(one([broken, zero, ...lines([{ cpu: 1 }])]));
    expect(data).toMatchObject({ running: 1, containers: {}, notRead: [{ what: '1 containers' }] });
  });

  it('says where there is nothing to measure, and where no container could be asked', async () => {
    const ended = { State: { Status: 'exited', Running: false } };
    await expect(read(one([], ended), { container: 'llama' })).rejects.toMatchObject({ kind: 'invalid_input' });
    expect(await read({ answers: { '/containers/json': [] } })).toMatchObject({ running: 0, containers: {} });
    const { answers } = one([]);
    await expect(read({ answers: answers ?? {} })).rejects.toBeInstanceOf(Failure);
  });
});
