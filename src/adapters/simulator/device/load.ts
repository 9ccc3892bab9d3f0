import type { BoardSpec, PowerMode, Rail } from '../boards/board-spec.js';
import type { ClockState, Limits } from './clock-state.js';
import { smoothNoise } from './noise.js';

/** What bounds a load: the mode and the clocks that are set, the air, and whether the board throttles itself. */
export interface Bounds {
  readonly mode: PowerMode;
  readonly clocks: ClockState;
  readonly ambientCelsius: number;
  /** 1, or the share of the clocks that a throttled board has left. */
  readonly clockShare: number;
  /** It is hotter than its load makes it: over the temperature at which clocks are lowered. */
  readonly overheated: boolean;
}

/** What a device is doing at one moment. */
export interface Load {
  /** 0 to 1 per core; `undefined` where it is switched off. */
  readonly cpu: readonly (number | undefined)[];
  readonly cpuKHz: readonly number[];
  readonly gpu: number;
  readonly gpuHz: number;
  readonly emc: number;
  readonly emcHz: number;
  readonly ramUsedMB: number;
  readonly swapUsedMB: number;
  /** Of the coolest zone; a zone adds its offset. */
  readonly baseCelsius: number;
  readonly railMilliwatts: Readonly<Record<string, number>>;
}

const throttlesAtCelsius = 99.5;
const cpuPeriodMs = 7_000;
const gpuPeriodMs = 19_000;
const heatPeriodMs = 90_000;
const memoryPeriodMs = 240_000;

/** Frequencies come in steps, as a real table does. */
function stepped(share: number, { min, max }: Limits, steps: number): number {
  return min + (Math.round(share * steps) / steps) * (max - min);
}

/** What is left of a clock that throttles: no less than the board's lowest. */
function throttled(frequency: number, share: number, lowest: number): number {
  return share === 1 ? frequency : Math.max(Math.min(lowest, frequency), frequency * share);
}

/** Where between the limits a governor wants its clock. */
function wantedShare(governor: string, busy: number): number {
  if (governor === 'performance') return 1;
  return governor === 'powersave' ? 0 : busy;
}

function railPower(rail: Rail, cpu: number, gpu: number): number {
  return Math.round(rail.idle + rail.cpu * cpu + rail.gpu * gpu);
}

/** The load of a device with this seed at a moment: the same arguments give the same load, and close moments close loads. */
export function loadAt(board: BoardSpec, bounds: Bounds, seed: number, timeMs: number): Load {
  const { mode, clocks, clockShare } = bounds;
  const { cores, minKHz, domains } = board.cpu;
  const busy = 0.05 + 0.7 * smoothNoise(seed, 1, timeMs, heatPeriodMs) ** 2;
  const cpu = Array.from({ length: cores }, (_, core) =>
    mode.off.includes(core) ? undefined : Math.min(1, busy * 2 * smoothNoise(seed, 10 + core, timeMs, cpuPeriodMs)),
  );
  const running = cpu.filter((share) => share !== undefined);
  const cpuMean = running.reduce((sum, share) => sum + share, 0) / Math.max(1, running.length);
  const gpuDuty = smoothNoise(seed, 2, timeMs, gpuPeriodMs) * smoothNoise(seed, 3, timeMs, heatPeriodMs);
  const gpu = gpuDuty < 0.15 ? 0 : Math.min(0.99, (gpuDuty - 0.15) * 1.6);
  const cpuKHz = cpu.map((_, core) => {
    const index = domains.findIndex((members) => members.includes(core));
    const peak = Math.max(...(domains[index] ?? [core]).map((member) => cpu[member] ?? 0));
    const wanted = wantedShare(clocks.governor(index), Math.min(1, peak * 1.3));
    return Math.round(throttled(stepped(wanted, clocks.cpu(index), 12), clockShare, minKHz));
  });
  const emc = Math.min(0.95, 0.02 + 0.25 * cpuMean + 0.5 * gpu);
  const emcMax = mode.emcMaxHz ?? board.emc.maxHz;
  const heat = smoothNoise(seed, 4, timeMs, heatPeriodMs);
  const memory = 0.18 + 0.45 * smoothNoise(seed, 5, timeMs, memoryPeriodMs);
  const swapMB = board.swap.kind === 'zram' ? board.swap.devices * board.swap.eachMB : 0;
  const rails = [...board.rails, ...(board.inputMonitor === undefined ? [] : [board.inputMonitor])];
  return {
    cpu,
    cpuKHz,
    gpu,
    gpuHz: Math.round(throttled(stepped(gpu, clocks.gpu(0), 6), clockShare, board.gpu.minHz)),
    emc,
    emcHz: clocks.emcPinned || gpu > 0.3 ? emcMax : stepped(emc, { min: board.emc.minHz, max: emcMax }, 3),
    ramUsedMB: Math.round(board.ramMB * memory),
    swapUsedMB: Math.round(swapMB * Math.max(0, memory - 0.45)),
    baseCelsius: bounds.overheated
      ? throttlesAtCelsius + heat
      : bounds.ambientCelsius + 11 + 6 * heat + 9 * cpuMean + 14 * gpu,
    railMilliwatts: Object.fromEntries(rails.map((rail) => [rail.name, railPower(rail, cpuMean, gpu)])),
  };
}
