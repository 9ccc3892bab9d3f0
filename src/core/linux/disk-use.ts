import type { Argv } from '../command.js';

/** One file system, one level deep; bounded, since a large disk takes minutes. */
export function diskUseArgv(path: string): Argv {
  return ['timeout', '20', 'du', '-x', '-B1', '-d', '1', '--', path];
}

const mostFolders = 15;

/** Reads `du -B1 -d 1`: the folders below its last line, which is the whole, largest first. */
export function parseDiskUse(text: string): {
  readonly folders: readonly { readonly path: string; readonly usedBytes: number }[];
  readonly unknown: readonly string[];
} {
  const unknown: string[] = [];
  const folders: { path: string; usedBytes: number }[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const match = /^(\d+)\t(.+)$/.exec(line);
    if (match === null) unknown.push(line);
    else folders.push({ path: match[2] ?? '', usedBytes: Number(match[1]) });
  }
  const whole = folders.at(-1)?.path;
  const below = folders.filter(({ path }) => folders.length === 1 || path !== whole);
  return { folders: below.sort((a, b) => b.usedBytes - a.usedBytes).slice(0, mostFolders), unknown };
}
