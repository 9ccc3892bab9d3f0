export interface SwapArea {
  readonly name: string;
  readonly kind: 'zram' | 'partition' | 'file';
  readonly sizeBytes: number;
  readonly usedBytes: number;
  readonly priority: number;
}

/** Reads `/proc/swaps`, whose sizes are KiB. */
export function parseSwaps(text: string): { readonly areas: readonly SwapArea[]; readonly unknown: readonly string[] } {
  const areas: SwapArea[] = [];
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !/^Filename\s+Type\s/.test(each))) {
    const match = /^(\S+)\s+(partition|file)\s+(\d+)\s+(\d+)\s+(-?\d+)\s*$/.exec(line);
    if (match === null) {
      unknown.push(line);
      continue;
    }
    const name = match[1] ?? '';
    const kind = /\/zram\d+$/.test(name) ? 'zram' : match[2] === 'file' ? 'file' : 'partition';
    areas.push({
      name,
      kind,
      sizeBytes: Number(match[3]) * 1024,
      usedBytes: Number(match[4]) * 1024,
      priority: Number(match[5]),
    });
  }
  return { areas, unknown };
}
