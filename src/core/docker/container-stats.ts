import { z } from 'zod';
import { msOfIso } from '../iso-time.js';
import { overTime } from '../jetson/over-time.js';
import { present } from '../linux/present.js';
import { listOf, number, part, text } from './lenient.js';
import { enginePath, type DockerStream } from './request.js';

const shape = z.object({
  read: text,
  cpu_stats: part({ cpu_usage: part({ total_usage: number }) }),
  memory_stats: part({ usage: number, limit: number, stats: z.record(z.string(), z.unknown()).catch({}) }),
  networks: z
    .record(z.string(), z.object({ rx_bytes: number, tx_bytes: number }))
    .optional()
    .catch(undefined),
  blkio_stats: part({ io_service_bytes_recursive: listOf(z.object({ op: text, value: number })) }),
  pids_stats: part({ current: number }),
});

/** What the engine counts of a container at one moment. */
export interface ContainerCounts {
  readonly atMs: number;
  readonly cpuNs: number;
  /** Without page cache that can be given back at once, as `docker stats` shows it. */
  readonly memoryBytes?: number | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly pids?: number | undefined;
  readonly receivedBytes?: number | undefined;
  readonly sentBytes?: number | undefined;
  readonly readBytes?: number | undefined;
  readonly writtenBytes?: number | undefined;
}

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Reads one line of the engine's stats; undefined for one of a container that does not run. */
export function containerCounts(line: string): ContainerCounts | undefined {
  const parsed = shape.safeParse(jsonOf(line));
  if (!parsed.success) return undefined;
  const { read, cpu_stats: cpu, memory_stats: memory, networks, blkio_stats: disk, pids_stats: pids } = parsed.data;
  const atMs = read === undefined ? undefined : msOfIso(read);
  const cpuNs = cpu.cpu_usage.total_usage;
  if (atMs === undefined || atMs <= 0 || cpuNs === undefined) return undefined;
  const { usage, limit, stats } = memory;
  // cgroup v1 counts the children in `total_...`.
  const cache = stats['total_inactive_file'] ?? stats['inactive_file'];
  const moved = (word: string): number | undefined => {
    const rows = disk.io_service_bytes_recursive.filter(({ op = '' }) => op.toLowerCase() === word);
    return rows.length === 0 ? undefined : sum(rows.map(({ value }) => value));
  };
  const networked = networks === undefined ? undefined : Object.values(networks);
  return present({
    atMs,
    cpuNs,
    // A kernel without the memory cgroup counts nothing.
    memoryBytes:
      usage === undefined || usage === 0
        ? undefined
        : typeof cache === 'number' && cache < usage
          ? usage - cache
          : usage,
    memoryLimitBytes: limit !== undefined && limit > 0 ? limit : undefined,
    pids: pids.current,
    receivedBytes: networked && sum(networked.map(({ rx_bytes: bytes }) => bytes)),
    sentBytes: networked && sum(networked.map(({ tx_bytes: bytes }) => bytes)),
    readBytes: moved('read'),
    writtenBytes: moved('write'),
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The engine's stats of a container, once a second. */
export function statsStream(container: string): DockerStream {
  return {
    name: 'stats',
    path: enginePath('containers', container, 'stats'),
    query: { stream: 'true' },
    as: 'lines',
  };
}

const value = z.union([z.number(), z.object({ mean: z.number(), min: z.number(), max: z.number() })]).optional();

export const containerUse = z.object({
  cpuPercent: value.describe('Of one core: two busy cores are 200.'),
  memoryBytes: value.describe('Without page cache. What it holds for the GPU may be missing.'),
  memoryLimitBytes: z.number().optional().describe("The device's memory where it has no limit of its own."),
  memoryPercent: value.describe('Of the limit.'),
  pids: value,
  receivedBytesPerSecond: value,
  sentBytesPerSecond: value,
  readBytesPerSecond: value,
  writtenBytesPerSecond: value,
  receivedBytes: z.number().optional().describe('These four since it was started.'),
  sentBytes: z.number().optional(),
  readBytes: z.number().optional(),
  writtenBytes: z.number().optional(),
});
export type ContainerUse = z.output<typeof containerUse>;

const rounded = (amount: number, digits = 0): number => Math.round(amount * 10 ** digits) / 10 ** digits;

/** What a container used between two counts; undefined where no time passed. */
function between(before: ContainerCounts, now: ContainerCounts): Readonly<Record<string, number>> | undefined {
  const seconds = (now.atMs - before.atMs) / 1000;
  if (seconds <= 0) return undefined;
  const rate = (key: 'receivedBytes' | 'sentBytes' | 'readBytes' | 'writtenBytes'): number | undefined => {
    const [from, to] = [before[key], now[key]];
    return from === undefined || to === undefined ? undefined : rounded(Math.max(0, to - from) / seconds);
  };
  const { memoryBytes, memoryLimitBytes } = now;
  const all = present({
    // By the clock: Podman's count of the whole system has been another thing than Docker's.
    cpuPercent: rounded((100 * Math.max(0, now.cpuNs - before.cpuNs)) / (seconds * 1e9), 1),
    memoryBytes,
    memoryPercent:
      memoryBytes === undefined || memoryLimitBytes === undefined
        ? undefined
        : rounded((100 * memoryBytes) / memoryLimitBytes, 1),
    pids: now.pids,
    receivedBytesPerSecond: rate('receivedBytes'),
    sentBytesPerSecond: rate('sentBytes'),
    readBytesPerSecond: rate('readBytes'),
    writtenBytesPerSecond: rate('writtenBytes'),
  });
  return all as Readonly<Record<string, number>>;
}

/** What a container used over some counts: numbers over one interval, `{mean, min, max}` over several; undefined for fewer than two. */
export function useOver(counts: readonly ContainerCounts[]): ContainerUse | undefined {
  const readings = counts.slice(1).flatMap((now, index) => {
    const before = counts[index];
    const reading = before && between(before, now);
    return reading ? [reading] : [];
  });
  const [first, ...rest] = readings;
  const last = counts.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { memoryLimitBytes, receivedBytes, sentBytes, readBytes, writtenBytes } = last;
  return present({
    ...(rest.length === 0 ? first : overTime([first, ...rest])),
    memoryLimitBytes,
    receivedBytes,
    sentBytes,
    readBytes,
    writtenBytes,
  });
}
