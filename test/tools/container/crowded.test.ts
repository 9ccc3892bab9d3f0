import { expect, it } from '@jest/globals';
import { replyText } from '../../../src/core/reply/text.js';
import type { ReadTool } from '../../../src/ports/tool.js';
import { ContainerInspect } from '../../../tools/container/container_inspect.js';
import { ContainerList } from '../../../tools/container/container_list.js';
import { ContainerLogs } from '../../../tools/container/container_logs.js';
import { ContainerStats } from '../../../tools/container/container_stats.js';
import { ImageList } from '../../../tools/container/image_list.js';
import { FakeDevice, fakeCall } from '../../fakes/fake-device.js';
import { idOf, imageId, inspectJson, keptLog, listedJson, piece } from './answers.js';

/** Four thousand tokens at four characters each, of text and structured content together. */
const mostChars = 16_000;

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const long = (n: number): string =>
  `a-very-long-name-of-a-robot-service-${String(n).padStart(4, '0')}-${'x'.repeat(60)}`;
const image = (n: number): string => `registry.robots.example.com:5000/a/long/path/${'y'.repeat(100)}/image:${n}`;

const labels = Object.fromEntries(many(30, (n) => [`jetfleet.${long(n)}`, 'a value that goes on and on '.repeat(9)]));
const ports = many(40, (n) => ({
  IP: '192.168.100.200',
  PrivatePort: 10_000 + n,
  PublicPort: 20_000 + n,
  Type: 'tcp',
}));
const own = { 'jetfleet.change': 'c0ffee0000000001', ...labels };
const rows = many(500, (n) =>
  listedJson(n, long(n), {
    Image: image(n),
    Labels: own,
    Ports: ports,
    Status: 'Exited (1) 2 days ago',
    State: n < 60 ? 'running' : 'exited',
  }),
);
const counts = (n: number) => ({
  from: 'json' as const,
  text: JSON.stringify({
    read: new Date(Date.UTC(2026, 10, 20, 7, 0, n)).toISOString(),
    cpu_stats: { cpu_usage: { total_usage: n * 123_456_789 }, system_cpu_usage: n * 6e9, online_cpus: 6 },
    memory_stats: { usage: 1_234_567_890 + n, limit: 8_234_567_890, stats: {} },
    networks: { eth0: { rx_bytes: n * 123_456, tx_bytes: n * 7_654_321 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'read', value: n * 98_765 },
        { op: 'write', value: n * 5 },
      ],
    },
    pids_stats: { current: 17 + n },
  }),
});
const web = inspectJson(1, 'web', {
  State: {
    Health: { Status: 'unhealthy', FailingStreak: 3, Log: [{ ExitCode: 1, Output: 'no "quotes" '.repeat(500) }] },
    Error: 'e'.repeat(9000),
  },
  Config: { Env: many(500, (n) => `VARIABLE_${long(n)}=x`), Labels: own },
  HostConfig: {
    PortBindings: Object.fromEntries(
      many(200, (n) => [`${n}/tcp`, [{ HostIp: '192.168.100.200', HostPort: String(n) }]]),
    ),
    Devices: many(200, (n) => ({ PathOnHost: `/dev/video${n}` })),
    CapAdd: many(200, (n) => `CAP_${'A'.repeat(30)}${String.fromCharCode(65 + (n % 26))}`),
  },
  Mounts: many(200, (n) => ({ Type: 'bind', Source: `/data/${long(n)}`, Destination: `/mnt/${long(n)}`, RW: true })),
});
const line = (n: number) =>
  piece(new Date(Date.UTC(2026, 10, 20, 7) + n).toISOString(), `${n} ${'a "b" c '.repeat(90)}`);

const crowded = new FakeDevice('crowded', {
  docker: {
    answers: {
      '/containers/json': rows,
      '/containers/web/json': web,
      '/images/json': many(400, (n) => ({
        Id: imageId(n),
        RepoTags: many(20, (m) => image(n * 100 + m)),
        Size: 1e9 + n,
        Created: 1.7e9,
      })),
    },
    streams: {
      [`/containers/${idOf(1)}/logs`]: keptLog(() => many(2000, line)),
      ...Object.fromEntries(many(60, (n) => [`/containers/${idOf(n)}/stats`, many(5, counts)])),
    },
  },
});

it.each<[string, ReadTool, object]>([
  ['container_list', new ContainerList(), { limit: 500 }],
  ['container_inspect', new ContainerInspect(), { container: 'web' }],
  ['container_logs', new ContainerLogs(), { container: 'web', limit: 500 }],
  ['container_logs by text', new ContainerLogs(), { container: 'web', limit: 500, grep: 'b' }],
  ['container_stats', new ContainerStats(), {}],
  ['container_stats over a time', new ContainerStats(), { seconds: 4 }],
  ['image_list', new ImageList(), { limit: 500 }],
])('%s about a crowded engine fits into an answer', async (_name, tool, args) => {
  const data = tool.spec.output.parse(await tool.read(tool.spec.input.parse(args), crowded, fakeCall()));
  const reply = { summary: { ok: 1, failed: 0, skipped: 0 }, groups: [{ devices: ['crowded'], data }] };
  expect(JSON.stringify(reply).length + replyText(reply, '0123456789ab').length).toBeLessThan(mostChars);
  expect(JSON.stringify(data).length).toBeGreaterThan(2500);
});
