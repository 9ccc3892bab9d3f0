import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  readonly folder: string;
  /** Why there is none; undefined where there is. */
  readonly missing: string | undefined;
  /** Fills it with the file `filler` until no more than so many bytes are left. */
  fill(leftBytes: number): void;
  remove(): void;
}

export function smallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'jetfleet-small-'));
  const missing = mounted(folder, size);
  if (missing !== undefined) rmdirSync(folder);
  return {
    folder,
    missing,
    fill: (leftBytes) => {
      writeFileSync(join(folder, 'filler'), '');
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, 'filler'), new Uint8Array(bavail * bsize - leftBytes));
    },
    remove: () => {
      execFileSync('umount', [folder]);
      rmdirSync(folder);
    },
  };
}

function mounted(folder: string, size: string): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'none', folder], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'a full disk needs the right to mount one';
  }
}
