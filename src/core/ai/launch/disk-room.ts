import { Failure } from '../../errors.js';
import { sizeWords } from '../../docker/image-state.js';
import type { FileSystem } from '../../linux/df.js';

/** The file system that holds a path: the one with the longest mount point. */
export function holding(path: string, fileSystems: readonly FileSystem[]): FileSystem | undefined {
  const within = ({ target }: FileSystem): boolean =>
    target === '/' || path === target || path.startsWith(`${target}/`);
  return [...fileSystems].filter(within).sort((a, b) => b.target.length - a.target.length)[0];
}

/** Of a board's disk, what must stay free. */
const spareBytes = 1e9;

/** What is to be put below a path. */
export interface DiskNeed {
  readonly what: string;
  readonly path: string;
  /** Zero for what is there already, or of no known size. */
  readonly bytes: number;
}

/** Throws where something does not fit on the disk that it is put on, together with what else is put there. */
export function checkDisk(needs: readonly DiskNeed[], fileSystems: readonly FileSystem[]): void {
  const wanted = needs.filter(({ bytes }) => bytes > 0);
  for (const disk of fileSystems) {
    const own = wanted.filter(({ path }) => holding(path, fileSystems) === disk);
    const need = own.reduce((sum, { bytes }) => sum + bytes, spareBytes);
    if (own.length === 0 || disk.availableBytes >= need) continue;
    const [what, paths] = [own.map((each) => each.what), [...new Set(own.map(({ path }) => path))]];
    throw new Failure(
      'unsupported',
      `The disk of ${paths.join(' and ')} has ${sizeWords(disk.availableBytes)} free; ${what.join(' and ')} and what must stay free take about ${sizeWords(need)}.`,
      { hint: 'system_storage tells what fills it; image_prune and model_delete make room.', retry: 'yes' },
    );
  }
}
