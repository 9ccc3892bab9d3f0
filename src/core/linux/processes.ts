import type { Argv } from '../command.js';
import { cleanName } from '../untrusted.js';

export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly user: string;
  readonly state: string;
  readonly threads: number;
  /** Resident memory; what the GPU holds for the process is not in it. */
  readonly residentBytes: number;
  readonly ageSeconds: number;
  /** Mean over its life, of one core. */
  readonly cpuPercentSinceStart: number;
  readonly name: string;
}

/** Names only: command lines hold tokens and passwords. */
export const psArgv: Argv = ['ps', '-e', '--no-headers', '-o', 'pid,ppid,user:32,stat,nlwp,rss,etimes,pcpu,comm'];
/** The second frame counts the second between the two. */
export const topArgv: Argv = ['top', '-b', '-n', '2', '-d', '1', '-w', '512'];

const row = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+([A-Z][A-Za-z<+]*)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+(?:\.\d+)?)\s(.+)$/;

/** Reads the output of `psArgv`. */
export function parsePs(text: string): { readonly processes: readonly Process[]; readonly unknown: readonly string[] } {
  const processes: Process[] = [];
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const match = row.exec(line);
    if (match === null) {
      unknown.push(line);
      continue;
    }
    const number = (index: number): number => Number(match[index]);
    processes.push({
      pid: number(1),
      parentPid: number(2),
      user: cleanName(match[3] ?? '', 32),
      state: match[4] ?? '',
      threads: number(5),
      residentBytes: number(6) * 1024,
      ageSeconds: number(7),
      cpuPercentSinceStart: number(8),
      name: cleanName(match[9] ?? '', 64),
    });
  }
  return { processes, unknown };
}

/** Percent of one core by process, from the last frame that `top -b` printed. */
export function parseTopFrame(text: string): ReadonlyMap<number, number> {
  const lines = text.split('\n');
  const head = lines.findLastIndex((line) => /^\s*PID\s/.test(line));
  if (head < 0) return new Map();
  const columns = (lines[head] ?? '').trim().split(/\s+/);
  const [pidAt, cpuAt] = [columns.indexOf('PID'), columns.indexOf('%CPU')];
  if (cpuAt < 0) return new Map();
  const found = new Map<number, number>();
  for (const line of lines.slice(head + 1)) {
    const cells = line.trim().split(/\s+/);
    const [pid, cpu] = [Number(cells[pidAt]), Number(cells[cpuAt]?.replace(',', '.'))];
    if (Number.isSafeInteger(pid) && pid > 0 && Number.isFinite(cpu)) found.set(pid, cpu);
  }
  return found;
}

/** Bytes of GPU memory by process, from the kernel's nvmap clients table (root only). */
export function parseNvmapClients(text: string): {
  readonly bytes: ReadonlyMap<number, number>;
  readonly unknown: readonly string[];
} {
  const factor: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  const bytes = new Map<number, number>();
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !/^(?:CLIENT\s|total\s)/.test(each))) {
    const match = /\s(\d+)\s+(\d+)([BKMG])\s*$/.exec(line);
    if (match === null) unknown.push(line);
    else
      bytes.set(
        Number(match[1]),
        (bytes.get(Number(match[1])) ?? 0) + Number(match[2]) * (factor[match[3] ?? 'B'] ?? 1),
      );
  }
  return { bytes, unknown };
}
