import type { Argv } from '../command.js';
import { sizeBytes } from './size.js';
import { parseTable } from './table.js';

export interface FileSystem {
  readonly target: string;
  readonly source: string;
  readonly type?: string | undefined;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** What a user can still write; root may have more. */
  readonly availableBytes: number;
  /** As df counts: of what a user can ever have. */
  readonly usedPercent: number;
  readonly inodesUsedPercent?: number | undefined;
}

/** Local file systems only: df would hang on a network mount whose server is gone. */
export const dfArgv: Argv = ['df', '-l', '-B1', '--output=fstype,size,used,avail,itotal,iused,source,target'];

const pseudo = /^(?:tmpfs|devtmpfs|udev|none|overlay|squashfs|ramfs|efivarfs|shm|cgroup2?|nsfs|\/dev\/loop\d+)$/;

/** Reads any df table by its header. File systems that hold nobody's data (tmpfs, snaps, overlays) are left out. */
export function parseDf(text: string): {
  readonly fileSystems: readonly FileSystem[];
  readonly unknown: readonly string[];
} {
  const { rows, unknown } = parseTable(text, ['Mounted on']);
  const fileSystems: FileSystem[] = [];
  const strange = [...unknown];
  for (const cells of rows) {
    const cell = (...names: string[]): string =>
      names.map((name) => cells.get(name)).find((value) => value !== undefined) ?? '';
    const [size, used, available] = [
      sizeBytes(cell('1B-blocks', '1-blocks', 'Size')),
      sizeBytes(cell('Used')),
      sizeBytes(cell('Avail', 'Available')),
    ];
    const [source, type, target] = [cell('Filesystem'), cell('Type'), cell('Mounted on')];
    if (size === undefined || used === undefined || available === undefined || target === '') {
      strange.push([...cells.values()].join(' '));
      continue;
    }
    if (size === 0 || (target !== '/' && (pseudo.test(source) || pseudo.test(type)))) continue;
    const [inodes, inodesUsed] = [sizeBytes(cell('Inodes')), sizeBytes(cell('IUsed'))];
    const whole = used + available;
    fileSystems.push({
      target,
      source,
      ...(type !== '' && { type }),
      sizeBytes: size,
      usedBytes: used,
      availableBytes: available,
      usedPercent: whole === 0 ? 100 : Math.ceil((used / whole) * 100),
      ...(inodes !== undefined &&
        inodes > 0 &&
        inodesUsed !== undefined && { inodesUsedPercent: Math.ceil((inodesUsed / inodes) * 100) }),
    });
  }
  return { fileSystems, unknown: strange };
}
