import { argv, defineProbe, file, glob, type Answers } from '../probe/probe.js';
import { foldersOf, lastName, wholeNumber } from './folders.js';

/** GPU and memory clocks, and the GPU's load where a file has it. */
export const gpuClockReads = {
  devfreqClocks: glob('/sys/class/devfreq/*/*_freq'),
  devfreqTables: glob('/sys/class/devfreq/*/available_frequencies'),
  gpuLoad: file('/sys/devices/gpu.0/load'),
  gpuLoadJetpack6: file('/sys/devices/platform/gpu.0/load'),
};

/** A clock that the kernel scales. */
export interface ScaledClock {
  /** The kernel's name: `57000000.gpu`, `17000000.ga10b`, `gpu-gpc-0`. */
  readonly name: string;
  readonly minMHz?: number;
  readonly maxMHz?: number;
  readonly currentMHz?: number;
  /** The highest step of the clock's table. */
  readonly hardwareMaxMHz?: number;
}

export interface GpuClocks {
  /** On Thor the clusters (`gpu-gpc-0`) and the video part (`gpu-nvd-0`). */
  readonly gpus: readonly ScaledClock[];
  /** The memory controller, on releases that show it without root. */
  readonly emc?: ScaledClock;
  readonly loadPercent?: number;
}

/** Names of the GPU in devfreq: TX1 and Nano, TX2, Xavier, Orin on JetPack 5, Orin since 6, Thor. */
const gpuName = /^(?:57000000\.(?:gpu|gm20b)|17000000\.(?:gp10b|gv11b|ga10b|gpu)|gpu-[\w-]{1,16})$/;

const mhz = <K extends string>(key: K, hertz: number | undefined): Partial<Record<K, number>> =>
  hertz === undefined ? {} : ({ [key]: hertz / 1e6 } as Partial<Record<K, number>>);

/** The GPU's clocks and load; what a board does not show is absent. */
export function gpuClocksOf(answers: Answers<typeof gpuClockReads>): GpuClocks {
  const clocks = [...foldersOf(answers.devfreqClocks, answers.devfreqTables)].map(([path, folder]): ScaledClock => {
    const table = (folder.get('available_frequencies') ?? '')
      .split(/\s+/)
      .filter(Boolean)
      .flatMap((step) => wholeNumber(step) ?? []);
    return {
      name: lastName(path),
      ...mhz('minMHz', wholeNumber(folder.get('min_freq'))),
      ...mhz('maxMHz', wholeNumber(folder.get('max_freq'))),
      ...mhz('currentMHz', wholeNumber(folder.get('cur_freq'))),
      ...mhz('hardwareMaxMHz', table.length > 0 ? Math.max(...table) : undefined),
    };
  });
  const emc = clocks.find(({ name }) => name === 'bwmgr');
  const permille = wholeNumber(answers.gpuLoad.text) ?? wholeNumber(answers.gpuLoadJetpack6.text);
  return {
    gpus: clocks.filter(({ name }) => gpuName.test(name)),
    ...(emc && { emc }),
    ...(permille !== undefined && { loadPercent: permille / 10 }),
  };
}

/** The GPU alone. */
export const gpuClocks = defineProbe({ name: 'gpu-clocks', reads: gpuClockReads, parse: gpuClocksOf });

/** Whether this is a GPU whose load only NVIDIA's management library tells (Thor); older boards answer it with N/A. */
export function needsManagementLibrary({ gpus, loadPercent }: GpuClocks): boolean {
  return loadPercent === undefined && gpus.some(({ name }) => name.startsWith('gpu-'));
}

/** The load in a CSV line of nvidia-smi that begins with the GPU's name; `[N/A]` is undefined. */
export function parseGpuUtilisation(text: string): number | undefined {
  const [, load] = /^[^,\n]+, *(\d{1,3})(?: %)?(?:,|\s*$)/.exec(text) ?? [];
  return load === undefined ? undefined : Number(load);
}

/** What `parseGpuUtilisation` reads. */
export const gpuUtilisationRead = argv([
  'nvidia-smi',
  '--query-gpu=name,utilization.gpu',
  '--format=csv,noheader,nounits',
]);

/** Thor's GPU load in percent. */
export const gpuUtilisation = defineProbe({
  name: 'gpu-utilisation',
  reads: { smi: gpuUtilisationRead },
  parse: ({ smi }): number | undefined => parseGpuUtilisation(smi.text),
});
