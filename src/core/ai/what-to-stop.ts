import type { Running } from './fit.js';

/** The fewest things to stop for so much memory, MiB. Where the known ones do not do it, other processes are the rest. */
export function whatToStop(running: readonly Running[], missingMb: number): readonly Running[] {
  const bySize = [...running].filter(({ mb }) => mb > 0).sort((a, b) => b.mb - a.mb);
  const one = bySize.findLast(({ mb }) => mb >= missingMb);
  if (one !== undefined) return [one];
  const stop: Running[] = [];
  let left = missingMb;
  for (const each of bySize) {
    if (left <= 0) break;
    stop.push(each);
    left -= each.mb;
  }
  return left <= 0
    ? stop
    : [...stop, { kind: 'processes', name: 'other processes; system_processes names them', mb: left }];
}
