import { packageName, packageVersion } from './request.js';

/** A package that comes, changes or goes; `from` where it is installed, `to` where it will be. */
export interface PackageChange {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** What apt would do, as its simulation tells. */
export interface Simulation {
  readonly install: readonly PackageChange[];
  readonly upgrade: readonly PackageChange[];
  readonly downgrade: readonly PackageChange[];
  readonly remove: readonly PackageChange[];
  /** Of those that change: the ones that are held. */
  readonly held: readonly string[];
  /** Not upgraded, as something stands against it. */
  readonly keptBack: readonly string[];
  /** Goes although the system cannot do without. */
  readonly essential: readonly string[];
  /** The simulation's own lines, sorted: the same lines are the same change. */
  readonly lines: readonly string[];
  readonly unknown: readonly string[];
}

const line = /^(Inst|Remv|Purg) (\S+)(?: \[([^\]\s]*)\])?(?: \((\S+)[^)]*\))?/;
const blocks: Readonly<Record<string, 'held' | 'keptBack' | 'downgraded' | 'essential'>> = {
  'The following held packages will be changed:': 'held',
  'The following packages have been kept back:': 'keptBack',
  'The following packages will be DOWNGRADED:': 'downgraded',
  'WARNING: The following essential packages will be removed.': 'essential',
};

/** The names in the indented lines below a heading. */
function namesBelow(lines: readonly string[], at: number): string[] {
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((each) => !each.startsWith(' '));
  const words = rest.slice(0, end < 0 ? rest.length : end).join(' ');
  return words.split(/\s+/).filter((word) => packageName.test(word));
}

/** Reads `apt-get -s`, in the C locale. */
export function parseSimulation(text: string): Simulation {
  const all = text.split('\n');
  const named = {
    held: [] as string[],
    keptBack: [] as string[],
    downgraded: [] as string[],
    essential: [] as string[],
  };
  all.forEach((each, at) => {
    const block = blocks[each.trim()];
    if (block !== undefined) named[block].push(...namesBelow(all, at));
  });
  const [install, upgrade, downgrade, remove]: PackageChange[][] = [[], [], [], []];
  const [lines, unknown]: string[][] = [[], []];
  for (const each of all.filter((text) => /^(?:Inst|Remv|Purg) /.test(text))) {
    const [, what, name = '', from, to] = line.exec(each) ?? [];
    const isKnown =
      packageName.test(name) && [from, to].every((word) => word === undefined || packageVersion.test(word));
    if (!isKnown || (what === 'Inst' && to === undefined)) {
      unknown?.push(each);
      continue;
    }
    lines?.push(each);
    const change = { name, ...(from !== undefined && { from }), ...(to !== undefined && what === 'Inst' && { to }) };
    if (what !== 'Inst') remove?.push(change);
    else if (from === undefined) install?.push(change);
    else if (named.downgraded.includes(name)) downgrade?.push(change);
    else upgrade?.push(change);
  }
  const { held, keptBack, essential } = named;
  const kinds = { install: install ?? [], upgrade: upgrade ?? [], downgrade: downgrade ?? [], remove: remove ?? [] };
  return { ...kinds, held, keptBack, essential, lines: (lines ?? []).sort(), unknown: unknown ?? [] };
}

/** Every package that changes. */
export function changesOf({ install, upgrade, downgrade, remove }: Simulation): readonly PackageChange[] {
  return [...install, ...upgrade, ...downgrade, ...remove];
}

const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const bytesOf = (number = '', unit = ''): number => Math.round(Number(number.replaceAll(',', '')) * (units[unit] ?? 1));
const size = '([\\d.,]+) ?([kMGT]?B)';

/** What is to be downloaded, and by how much the disk fills (below zero: is freed), of `apt-get --print-uris`. */
export function parseSizes(text: string): { readonly downloadBytes: number; readonly diskBytes: number } {
  const download = new RegExp(`^Need to get ${size}`, 'm').exec(text);
  const [, number, unit, more] =
    new RegExp(`^After this operation, ${size} (of additional )?disk space will be (?:used|freed)`, 'm').exec(text) ??
    [];
  const disk = bytesOf(number, unit);
  return { downloadBytes: bytesOf(download?.[1], download?.[2]), diskBytes: more === undefined ? 0 - disk : disk };
}
