import type { ContainerNow } from '../src/core/docker/container-inspect.js';
import { logLine, logStream } from '../src/core/docker/container-logs.js';
import type { Device } from '../src/ports/fleet.js';

/** What a container wrote, line by line: the last so many, or all from its start until `enough`. */
export async function logTail(
  { id, tty }: Pick<ContainerNow, 'id' | 'tty'>,
  { tail, most }: { readonly tail?: number; readonly most: number },
  device: Device,
  signal: AbortSignal,
): Promise<string[]> {
  const lines: string[] = [];
  await device.docker.follow(
    logStream(id, { tty, ...(tail !== undefined && { tail }) }),
    (piece) => {
      lines.push(logLine(piece)?.message ?? piece.text);
      return lines.length >= most ? 'enough' : 'more';
    },
    signal,
  );
  return lines;
}
