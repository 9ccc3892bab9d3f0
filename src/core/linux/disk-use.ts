import type { Argv } from '../command.js';

/** One file system, one level deep; bounded, since a large disk takes minutes. */
export function diskUseArgv(path: string, seconds = 20): Argv {
  return ['timeout', String(seconds), 'du', '-x', '-B1', '-d', '1', '--', path];
}

const mostFolders = 15;

/** Reads `du -B1 -d 1`: the folders, largest first, without the whole, which is its last line unless it was stopped. */
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
  const last = folders.at(-1)?.path ?? '';
  const inside = last.endsWith('/') ? last : `${last}/`;
  const isWhole = folders.length > 1 && folders.slice(0, -1).every(({ path }) => path.startsWith(inside));
  const below = isWhole ? folders.slice(0, -1) : folders;
  return { folders: below.sort((a, b) => b.usedBytes - a.usedBytes).slice(0, mostFolders), unknown };
}
