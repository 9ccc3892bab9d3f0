import type { GlobAnswer } from '../probe/probe.js';

/** Files of one sysfs folder, by file name. */
export type Folder = ReadonlyMap<string, string>;

/** The files of glob answers by the folder they are in, folders in the order of their numbers (`hwmon2` before `hwmon10`). */
export function foldersOf(...answers: readonly GlobAnswer[]): ReadonlyMap<string, Folder> {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, text] of answers.flatMap(({ files }) => [...files])) {
    const slash = path.lastIndexOf('/');
    const folder = folders.get(path.slice(0, slash)) ?? new Map<string, string>();
    folders.set(path.slice(0, slash), folder.set(path.slice(slash + 1), text.trim()));
  }
  return new Map([...folders].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

/** The last name of a path: `hwmon2` of `/sys/class/hwmon/hwmon2`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A whole number in a file; undefined where the file is absent or says something else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
