import type { CpuClocks } from '../probes/cpu-clocks.js';
import type { GpuClocks, ScaledClock } from '../probes/gpu-clocks.js';
import type { HardwareReading } from './hardware-reading.js';
import type { NvpmodelConf, PowerMode } from './nvpmodel-conf.js';
import { limitsOf } from './power-mode-limits.js';
import type { ThrottleReason } from './throttle-reasons.js';

export interface ClockEvidence {
  readonly cpu: CpuClocks;
  readonly gpu: GpuClocks;
  readonly conf?: NvpmodelConf | undefined;
  readonly mode?: PowerMode | undefined;
  readonly reading?: HardwareReading | undefined;
}

/** A limit this little below another is the same limit, rounded to a clock table. */
const tolerance = 0.05;
/** From here on a part is busy enough for its limit to matter. */
const busyPercent = 80;

/** The highest of the numbers that are known; undefined where none is. */
export function highest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((n) => n !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The clock of the part of the GPU that computes: Thor has a video clock beside it. */
export function graphicsClock({ gpus }: GpuClocks): ScaledClock | undefined {
  return gpus.find(({ name }) => !name.includes('nvd'));
}

interface Ceiling {
  readonly cores: number | undefined;
  readonly cpuMHz: number | undefined;
  readonly gpuMHz: number | undefined;
}

/** The most a mode lets the board do; where the mode sets no limit, what the hardware can. */
function ceilingOf(conf: NvpmodelConf, mode: PowerMode, { cpu, gpu }: ClockEvidence): Ceiling {
  const limits = limitsOf(conf, mode);
  const clusters = mode.settings.filter(({ param, arg }) => arg === 'MAX_FREQ' && param.startsWith('CPU_'));
  const isLimited = clusters.length > 0 && limits.cpuMaxMHz.size === clusters.length;
  const hardware = highest(cpu.clusters.map(({ hardwareMaxMHz }) => hardwareMaxMHz));
  return {
    cores: limits.coresOnline,
    cpuMHz: isLimited ? highest([...limits.cpuMaxMHz.values()]) : hardware,
    gpuMHz: limits.gpuMaxMHz ?? graphicsClock(gpu)?.hardwareMaxMHz,
  };
}

/** Where the present mode allows less than another. It holds the board back only while that very part is busy. */
export function modeReasons(evidence: ClockEvidence): ThrottleReason[] {
  const { conf, mode, gpu, reading } = evidence;
  if (!conf || !mode) return [];
  const here = ceilingOf(conf, mode, evidence);
  const all = conf.modes.map((other) => ceilingOf(conf, other, evidence));
  const busiestCore = highest((reading?.cpu ?? []).map(({ loadPercent }) => loadPercent));
  const limits = [
    {
      part: 'GPU',
      unit: 'MHz',
      key: 'gpuMaxMHz',
      is: here.gpuMHz,
      could: highest(all.map((c) => c.gpuMHz)),
      load: reading?.gpu?.loadPercent ?? gpu.loadPercent,
    },
    {
      part: 'CPU',
      unit: 'MHz',
      key: 'cpuMaxMHz',
      is: here.cpuMHz,
      could: highest(all.map((c) => c.cpuMHz)),
      load: busiestCore,
    },
    {
      part: 'CPU',
      unit: 'cores',
      key: 'cpuCores',
      is: here.cores,
      could: highest(all.map((c) => c.cores)),
      load: reading?.cpuLoadPercent,
    },
  ].flatMap(({ is, could, ...rest }) =>
    is !== undefined && could !== undefined && is < could * (1 - tolerance) ? [{ ...rest, is, could }] : [],
  );
  if (limits.length === 0) return [];
  const list = limits.map(({ part, unit, is, could }) => `${part} ${is} of ${could} ${unit}`).join(', ');
  return [
    {
      kind: 'power_mode',
      active: limits.some(({ load }) => load === undefined || load >= busyPercent),
      says: `Power mode ${mode.name} allows ${list}; another mode allows more. See power_modes.`,
      evidence: {
        mode: mode.name,
        ...Object.fromEntries(
          limits.flatMap(({ key, is, could }) => [
            [key, is],
            [`${key}Best`, could],
          ]),
        ),
      },
    },
  ];
}
