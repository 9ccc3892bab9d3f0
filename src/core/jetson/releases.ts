/** What came with one Jetson Linux release. A field that no reliable source gives is absent. */
export interface Release {
  /** `36.4.4` */
  readonly l4t: string;
  /** `6.2.1` */
  readonly jetpack: string;
  /** `12.6` */
  readonly cuda?: string;
  /** `22.04` */
  readonly ubuntu: string;
  /** Major and minor of the kernel. */
  readonly kernel: string;
}

interface Line {
  readonly jetpack: string;
  readonly ubuntu: string;
  readonly kernel: string;
}

const lines: Readonly<Record<string, Line>> = {
  '39': { jetpack: '7', ubuntu: '24.04', kernel: '6.8' },
  '38': { jetpack: '7', ubuntu: '24.04', kernel: '6.8' },
  '36': { jetpack: '6', ubuntu: '22.04', kernel: '5.15' },
  '35': { jetpack: '5', ubuntu: '20.04', kernel: '5.10' },
  '34': { jetpack: '5', ubuntu: '20.04', kernel: '5.10' },
  '32': { jetpack: '4', ubuntu: '18.04', kernel: '4.9' },
};

/** L4T, JetPack, CUDA. */
const table: readonly (readonly [string, string, string?])[] = [
  ['39.2.1', '7.2.1', '13.2'],
  ['39.2.0', '7.2', '13.2'],
  ['38.4.0', '7.1', '13.0'],
  ['38.2.2', '7.0', '13.0'],
  ['38.2.1', '7.0', '13.0'],
  ['38.2.0', '7.0', '13.0'],
  ['36.5.2', '6.2.3', '12.6'],
  ['36.5.0', '6.2.2', '12.6'],
  ['36.4.7', '6.2.1', '12.6'],
  ['36.4.4', '6.2.1', '12.6'],
  ['36.4.3', '6.2', '12.6'],
  ['36.4.2', '6.1', '12.6'],
  ['36.4.0', '6.1', '12.6'],
  // Sources differ on the CUDA of 36.3.
  ['36.3.0', '6.0'],
  ['36.2.0', '6.0 DP', '12.2'],
  ['35.6.4', '5.1.6', '11.4'],
  ['35.6.2', '5.1.5', '11.4'],
  ['35.6.1', '5.1.5', '11.4'],
  ['35.6.0', '5.1.4', '11.4'],
  ['35.5.0', '5.1.3', '11.4'],
  ['35.4.1', '5.1.2', '11.4'],
  ['35.3.1', '5.1.1', '11.4'],
  ['35.2.1', '5.1', '11.4'],
  ['35.1.0', '5.0.2', '11.4'],
  ['34.1.1', '5.0.1 DP', '11.4'],
  ['34.1.0', '5.0 DP', '11.4'],
  ['32.7.6', '4.6.6', '10.2'],
  ['32.7.5', '4.6.5', '10.2'],
  ['32.7.4', '4.6.4', '10.2'],
  ['32.7.3', '4.6.3', '10.2'],
  ['32.7.2', '4.6.2', '10.2'],
  ['32.7.1', '4.6.1', '10.2'],
  ['32.6.1', '4.6', '10.2'],
  ['32.5.2', '4.5.1', '10.2'],
  ['32.5.1', '4.5.1', '10.2'],
  ['32.5.0', '4.5', '10.2'],
  ['32.4.4', '4.4.1', '10.2'],
  ['32.4.3', '4.4', '10.2'],
];

/** `36.4` as `36.4.0`; undefined for what is no release number. */
export function fullRelease(l4t: string): string | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(l4t);
  return match === null ? undefined : `${match[1]}.${match[2]}.${match[3] ?? '0'}`;
}

/** The row of exactly this release. One that the table does not have is undefined: never the nearest row. */
export function releaseOf(l4t: string): Release | undefined {
  const full = fullRelease(l4t);
  const found = table.find(([number]) => number === full);
  const line = lineOf(l4t);
  if (found === undefined || line === undefined) return undefined;
  const [number, jetpack, cuda] = found;
  return { l4t: number, jetpack, ...(cuda !== undefined && { cuda }), ubuntu: line.ubuntu, kernel: line.kernel };
}

/** What every release of a major number has in common; known also for releases that the table lacks. */
export function lineOf(l4t: string): Line | undefined {
  const major = l4t.split('.', 1)[0] ?? '';
  return Object.hasOwn(lines, major) ? lines[major] : undefined;
}
