import type { BoardSpec, PowerMode, Rail } from '../boards/board-spec.js';
import { smoothNoise } from './noise.js';

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

const cpuPeriodMs = 7_000;
const gpuPeriodMs = 19_000;
const heatPeriodMs = 90_000;
const memoryPeriodMs = 240_000;

/** Frequencies come in steps, as a real table does. */
function stepped(share: number, min: number, max: number, steps: number): number {
  return min + (Math.round(share * steps) / steps) * (max - min);
}

function railPower(rail: Rail, cpu: number, gpu: number): number {
  return Math.round(rail.idle + rail.cpu * cpu + rail.gpu * gpu);
}

/** The load of a device with this seed at a moment: the same arguments give the same load, and close moments close loads. */
export function loadAt(board: BoardSpec, mode: PowerMode, seed: number, timeMs: number, ambientCelsius: number): Load {
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
    const domain = domains.find((members) => members.includes(core)) ?? [core];
    const peak = Math.max(...domain.map((member) => cpu[member] ?? 0));
    return Math.round(stepped(Math.min(1, peak * 1.3), minKHz, mode.cpuMaxKHz, 12));
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
    gpuHz: Math.round(stepped(gpu, board.gpu.minHz, mode.gpuMaxHz, 6)),
    emc,
    emcHz: gpu > 0.3 ? emcMax : stepped(emc, board.emc.minHz, emcMax, 3),
    ramUsedMB: Math.round(board.ramMB * memory),
    swapUsedMB: Math.round(swapMB * Math.max(0, memory - 0.45)),
    baseCelsius: ambientCelsius + 11 + 6 * heat + 9 * cpuMean + 14 * gpu,
    railMilliwatts: Object.fromEntries(rails.map((rail) => [rail.name, railPower(rail, cpuMean, gpu)])),
  };
}
