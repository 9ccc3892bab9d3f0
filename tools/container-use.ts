import {
  containerCounts,
  statsStream,
  useOver,
  type ContainerCounts,
  type ContainerUse,
} from '../src/core/docker/container-stats.js';
import type { Device } from '../src/ports/fleet.js';
import type { Call } from '../src/ports/tool.js';

/** Docker tells once a second, Podman every five; they are given so much longer, as of one that ends amid it nothing comes any more. */
const spareMs = 8000;

/** What a container uses over some seconds; undefined for one that ends before a second is over. */
export async function sampleUse(
  container: string,
  seconds: number,
  device: Device,
  call: Call,
): Promise<ContainerUse | undefined> {
  const counts: ContainerCounts[] = [];
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.min(seconds * 1000 + spareMs, call.deadlineMs - call.now() - 1000));
  const onPiece = ({ text }: { readonly text: string }): 'more' | 'enough' => {
    const now = containerCounts(text);
    if (now) counts.push(now);
    return counts.length > seconds ? 'enough' : 'more';
  };
  try {
    await device.docker.follow(statsStream(container), onPiece, AbortSignal.any([call.signal, over.signal]));
  } catch (error) {
    if (!over.signal.aborted || call.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return useOver(counts);
}

/** A number, or the mean of several. */
export function mean(value: number | { readonly mean: number } | undefined): number {
  return typeof value === 'object' ? value.mean : (value ?? 0);
}
