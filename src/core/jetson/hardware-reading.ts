import type { CoreReading, EngineReading, FreeBlocks, MemoryReading, TegrastatsSample } from './tegrastats-sample.js';
import { totalPower, type RailReading, type TotalPower } from './total-power.js';

/** How busy, hot and hungry a board is at one moment. What the board does not give is absent. */
export interface HardwareReading {
  ram?: MemoryReading & { readonly largestFreeBlocks?: FreeBlocks };
  swap?: MemoryReading & { readonly cachedBytes?: number };
  iram?: MemoryReading & { readonly largestFreeBlockBytes?: number };
  /** Mean over the cores that are online. */
  cpuLoadPercent?: number;
  cpu?: readonly CoreReading[];
  gpu?: { readonly loadPercent?: number; readonly frequencyMHz?: readonly number[] };
  emc?: { readonly loadPercent?: number; readonly frequencyMHz?: number };
  engines?: Readonly<Record<string, EngineReading>>;
  mts?: { readonly foregroundPercent: number; readonly backgroundPercent: number };
  temperaturesCelsius?: Readonly<Record<string, number>>;
  sensorsOff?: readonly string[];
  power?: { readonly rails: Readonly<Record<string, RailReading>> } & TotalPower;
}

/** What tells of the GPU where tegrastats does not. */
export interface GpuBeside {
  readonly loadPercent?: number | undefined;
  readonly frequencyMHz?: readonly number[] | undefined;
}

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

function meanLoad(cores: readonly CoreReading[] | undefined): number | undefined {
  const loads = (cores ?? []).flatMap(({ loadPercent }) => loadPercent ?? []);
  return loads.length === 0
    ? undefined
    : Math.round((loads.reduce((sum, load) => sum + load, 0) / loads.length) * 10) / 10;
}

/** One line of tegrastats as the tools tell it; `beside` fills what the line says nothing of. */
export function hardwareReading(sample: TegrastatsSample, beside: GpuBeside = {}): HardwareReading {
  const { ram, swap, iram, cpu, emc, engines, mts, temperaturesCelsius, sensorsOff, rails } = sample;
  const cpuLoadPercent = meanLoad(cpu);
  const total = totalPower(rails);
  const load = sample.gpu?.loadPercent ?? beside.loadPercent;
  const clocks = sample.gpu?.frequencyMHz ?? beside.frequencyMHz;
  const gpu = {
    ...(load !== undefined && { loadPercent: load }),
    ...(clocks !== undefined && { frequencyMHz: clocks }),
  };
  return {
    ...(ram && { ram }),
    ...(swap && { swap }),
    ...(iram && { iram }),
    ...(cpuLoadPercent !== undefined && { cpuLoadPercent }),
    ...(cpu && { cpu }),
    ...(!isEmpty(gpu) && { gpu }),
    ...(emc && { emc }),
    ...(!isEmpty(engines) && { engines }),
    ...(mts && { mts }),
    ...(!isEmpty(temperaturesCelsius) && { temperaturesCelsius }),
    ...(sensorsOff.length > 0 && { sensorsOff }),
    ...(total && { power: { rails, ...total } }),
  };
}

/** Whether a line lacks the GPU's load or clock, which other files may tell. */
export function lacksGpu({ gpu }: TegrastatsSample): boolean {
  return gpu?.loadPercent === undefined || gpu.frequencyMHz === undefined;
}
