import { file, glob, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { foldersOf, wholeNumber } from './folders.js';

/** CPU clocks by cluster. */
export const cpuClockReads = {
  cpusPresent: file('/sys/devices/system/cpu/present'),
  cpusOnline: file('/sys/devices/system/cpu/online'),
  clusterClocks: glob('/sys/devices/system/cpu/cpufreq/policy*/scaling_*_freq'),
  clusterTops: glob('/sys/devices/system/cpu/cpufreq/policy*/cpuinfo_max_freq'),
  clusterGovernors: glob('/sys/devices/system/cpu/cpufreq/policy*/scaling_governor'),
  clusterCpus: glob('/sys/devices/system/cpu/cpufreq/policy*/related_cpus'),
  idleStates: glob('/sys/devices/system/cpu/cpu0/cpuidle/state*/disable'),
};

/** CPU cores that share a clock. */
export interface CpuCluster {
  /** Core numbers, online or not. */
  readonly cpus: readonly number[];
  readonly minMHz?: number;
  readonly maxMHz?: number;
  readonly currentMHz?: number;
  /** What the silicon allows, whatever the power mode says. */
  readonly hardwareMaxMHz?: number;
  readonly governor?: string;
}

export interface CpuClocks {
  readonly present?: readonly number[];
  readonly online?: readonly number[];
  readonly clusters: readonly CpuCluster[];
  /** Whether cores may sleep between tasks; jetson_clocks forbids it. */
  readonly idleAllowed?: boolean;
}

/** The core numbers of `0-3,6`; undefined for anything else. */
export function cpuList(text: string): number[] | undefined {
  if (text.length > 200 || !/^\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*$/.test(text)) return undefined;
  return text.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  });
}

const mhz = <K extends string>(key: K, kHz: string | undefined): Partial<Record<K, number>> => {
  const value = wholeNumber(kHz);
  return value === undefined ? {} : ({ [key]: value / 1000 } as Partial<Record<K, number>>);
};

/** The clusters whose cores are online, in order. */
export function cpuClocksOf(answers: Answers<typeof cpuClockReads>): CpuClocks {
  const present = cpuList(answers.cpusPresent.text.trim());
  const online = cpuList(answers.cpusOnline.text.trim());
  const { clusterClocks, clusterTops, clusterGovernors, clusterCpus, idleStates } = answers;
  const clusters = [...foldersOf(clusterClocks, clusterTops, clusterGovernors, clusterCpus).values()].map(
    (folder): CpuCluster => {
      const governor = cleanName(folder.get('scaling_governor') ?? '', 32);
      return {
        cpus: (folder.get('related_cpus') ?? '')
          .split(/\s+/)
          .filter((word) => /^\d{1,4}$/.test(word))
          .map(Number),
        ...mhz('minMHz', folder.get('scaling_min_freq')),
        ...mhz('maxMHz', folder.get('scaling_max_freq')),
        ...mhz('currentMHz', folder.get('scaling_cur_freq')),
        ...mhz('hardwareMaxMHz', folder.get('cpuinfo_max_freq')),
        ...(governor !== '' && { governor }),
      };
    },
  );
  const isOn = ({ cpus }: CpuCluster): boolean => online === undefined || cpus.some((cpu) => online.includes(cpu));
  return {
    ...(present && { present }),
    ...(online && { online }),
    clusters: clusters.filter(isOn),
    ...(idleStates.files.size > 0 && {
      idleAllowed: [...idleStates.files.values()].some((text) => text.trim() === '0'),
    }),
  };
}
