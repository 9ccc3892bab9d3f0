export interface Meminfo {
  /** Bytes by the kernel's own name; counts (`HugePages_Total`) as they are. */
  readonly values: ReadonlyMap<string, number>;
  readonly unknown: readonly string[];
}

/** Reads `/proc/meminfo`. */
export function parseMeminfo(text: string): Meminfo {
  const values = new Map<string, number>();
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const match = /^([\w()]+):\s+(\d+)( kB)?\s*$/.exec(line);
    if (match === null) unknown.push(line);
    else values.set(match[1] ?? '', Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return { values, unknown };
}

export interface MemoryUse {
  readonly totalBytes: number;
  /** What a new program could have, page cache included; on a Jetson the GPU takes from it too. */
  readonly availableBytes?: number | undefined;
  readonly usedPercent?: number | undefined;
}

/** Memory in use by `MemAvailable`; undefined where the kernel gave no total. */
export function memoryUse({ values }: Meminfo): MemoryUse | undefined {
  const totalBytes = values.get('MemTotal');
  const availableBytes = values.get('MemAvailable');
  if (totalBytes === undefined || totalBytes === 0) return undefined;
  if (availableBytes === undefined) return { totalBytes };
  return { totalBytes, availableBytes, usedPercent: Math.round(((totalBytes - availableBytes) / totalBytes) * 100) };
}

/** Swap by the same file; a total of 0 says that there is none, which is a value. */
export function swapUse({ values }: Meminfo): { readonly totalBytes: number; readonly usedBytes: number } | undefined {
  const totalBytes = values.get('SwapTotal');
  const freeBytes = values.get('SwapFree');
  return totalBytes === undefined || freeBytes === undefined
    ? undefined
    : { totalBytes, usedBytes: totalBytes - freeBytes };
}
