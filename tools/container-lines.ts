import {
  beforePosition,
  logLine,
  LogReading,
  logStream,
  msOfStamp,
  type LogPosition,
  type LogWish,
} from '../src/core/docker/container-logs.js';
import type { ContainerNow } from '../src/core/docker/container-inspect.js';
import { clockProbe } from '../src/core/probes/clock.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';
import { sinceOf } from './args.js';

export interface LinesWish extends LogWish {
  /** As `sinceArg` has it. */
  readonly since?: string | undefined;
}

/** So many of the last lines are searched where text, stream or time narrows them. */
const searchDepth = 5000;

export interface ReadLines {
  readonly reading: Pick<LogReading, 'found'>;
  /** So many of the last lines were asked for. */
  readonly tail?: number;
  readonly lost?: boolean;
}

/** Reads a container's lines: the newest, or those after a position, each once. */
export async function readLines(
  { id, tty }: ContainerNow,
  wish: LinesWish,
  device: Device,
  { signal }: Call,
): Promise<ReadLines> {
  const { since, after, limit, grep, from } = wish;
  const read = async (reading: LogReading, how: { tail?: number; sinceMs?: number | undefined }): Promise<void> =>
    device.docker.follow(
      logStream(id, { tty, ...how }),
      (piece) => {
        const line = logLine(piece);
        return line === undefined ? 'more' : reading.take(line);
      },
      signal,
    );
  if (after !== undefined) {
    const reading = new LogReading(wish);
    await read(reading, { sinceMs: beforePosition(after) });
    if (reading.passed) return { reading };
    const later = new LogReading({ ...wish, lost: true });
    await read(later, { sinceMs: msOfStamp(after.at) });
    return { reading: later, lost: true };
  }
  const ago = since === undefined ? undefined : sinceOf(since);
  const fromMs =
    ago === undefined || 'fromMs' in ago
      ? ago?.fromMs
      : (await device.ask(clockProbe, signal)) - ago.lastSeconds * 1000;
  // Whole seconds: Podman tells no more of a line, and no such group of lines may be cut.
  const sinceMs = fromMs === undefined ? undefined : Math.floor(fromMs / 1000) * 1000;
  const tail = since !== undefined || grep !== undefined || from !== 'both' ? searchDepth : limit;
  const reading = new LogReading(wish);
  await read(reading, { tail, sinceMs });
  const { position, first, lookedAt } = reading.found;
  if (position === undefined || first === undefined || lookedAt < tail || begins(first, position))
    return { reading, tail };
  // They begin amid lines of the last one's time: all of those are read, so that they can be counted.
  const whole = new LogReading(wish);
  await read(whole, { sinceMs: Math.max(beforePosition(position), sinceMs ?? 0) });
  return { reading: whole, tail: whole.found.lookedAt };
}

/** Whether lines from this one on hold all that are of the position's time. Nanoseconds are never the same far apart. */
function begins(first: string, position: LogPosition): boolean {
  return position.at.endsWith('000') ? msOfStamp(first) < beforePosition(position) : first !== position.at;
}
