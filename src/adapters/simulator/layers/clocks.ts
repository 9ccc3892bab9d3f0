import type { BoardSpec } from '../boards/board-spec.js';
import type { ClockState, Limits } from '../device/clock-state.js';
import { attribute, rootOnly, type Content, type FileNode, type Files } from '../device/file-tree.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

const cpuRoot = '/sys/devices/system/cpu';
const steps = 13;

/** The frequency table between two ends, in even steps. */
export function frequencyTable(min: number, max: number): number[] {
  return Array.from({ length: steps }, (_, step) => Math.round(min + ((max - min) * step) / (steps - 1)));
}

/** `0-3,6`: a list of cores as the kernel writes it. */
export function coreRanges(cores: readonly number[]): string {
  const ranges: string[] = [];
  for (let index = 0; index < cores.length;) {
    let end = index;
    while (cores[end + 1] === (cores[end] ?? 0) + 1) end++;
    ranges.push(end === index ? String(cores[index]) : `${cores[index]}-${cores[end]}`);
    index = end + 1;
  }
  return ranges.join(',');
}

/** Cores that are on in the device's mode. */
export function onlineCores(device: SimulatedDevice): number[] {
  const off = new Set(device.mode().off);
  return Array.from({ length: device.spec.cpu.cores }, (_, core) => core).filter((core) => !off.has(core));
}

const governors = ['interactive', 'conservative', 'ondemand', 'userspace', 'powersave', 'performance', 'schedutil'];

/** Where two limits are kept, and how they are changed. */
interface LimitPair {
  readonly get: (clocks: ClockState) => Limits;
  readonly set: (clocks: ClockState, limits: Partial<Limits>) => void;
}

const cpuLimits = (domain: number): LimitPair => ({
  get: (clocks) => clocks.cpu(domain),
  set: (clocks, limits) => {
    clocks.setCpu(domain, limits);
  },
});
const gpuLimits = (index: number): LimitPair => ({
  get: (clocks) => clocks.gpu(index),
  set: (clocks, limits) => {
    clocks.setGpu(index, limits);
  },
});

/** A file that holds the lowest or the highest frequency; what is out of the hardware's reach is cut to it. */
function limit(lowest: number, highest: number, pair: LimitPair, end: keyof Limits): FileNode {
  return attribute(
    ({ clocks }) => `${pair.get(clocks)[end]}\n`,
    ({ clocks }, text) => {
      if (!/^\d{1,12}$/.test(text)) return 'Invalid argument';
      pair.set(clocks, { [end]: Math.min(highest, Math.max(lowest, Number(text))) });
      return undefined;
    },
  );
}

function governor(domain: number): FileNode {
  return attribute(
    ({ clocks }) => `${clocks.governor(domain)}\n`,
    ({ clocks }, text) => {
      if (!governors.includes(text)) return 'Invalid argument';
      clocks.setGovernor(domain, text);
      return undefined;
    },
  );
}

/** A file that holds 0 or 1. */
function flag(
  get: (device: SimulatedDevice) => boolean,
  set: (device: SimulatedDevice, on: boolean) => void,
): FileNode {
  return attribute(
    (device) => (get(device) ? '1\n' : '0\n'),
    (device, text) => {
      if (!/^[01]$/.test(text)) return 'Invalid argument';
      set(device, text === '1');
      return undefined;
    },
  );
}

/** The file that holds the memory clock at its highest. */
const emcLock = ({ soc }: BoardSpec): string =>
  soc === 'tegra210'
    ? '/sys/kernel/debug/clk/override.emc/clk_state'
    : '/sys/kernel/debug/bpmp/debug/clk/emc/mrq_rate_locked';

/** The files that `jetson_clocks --store` stores, in its order. */
export function storedFiles(spec: BoardSpec): readonly string[] {
  const cores = Array.from({ length: spec.cpu.cores }, (_, core) => `${cpuRoot}/cpu${core}`);
  return [
    ...cores.map((core) => `${core}/online`),
    ...cores.flatMap((core) => [`${core}/cpufreq/scaling_max_freq`, `${core}/cpufreq/scaling_min_freq`]),
    ...cores.flatMap((core) => [`${core}/cpuidle/state0/disable`, `${core}/cpuidle/state1/disable`]),
    ...spec.gpu.devfreq.flatMap((folder) => [`${folder}/max_freq`, `${folder}/min_freq`]),
    emcLock(spec),
  ];
}

function cpuFiles(spec: BoardSpec): Files {
  const { cores, domains, minKHz, maxKHz } = spec.cpu;
  const files: Record<string, Content | FileNode> = {
    [`${cpuRoot}/present`]: `0-${cores - 1}\n`,
    [`${cpuRoot}/possible`]: `0-${cores - 1}\n`,
    [`${cpuRoot}/online`]: (device) => `${coreRanges(onlineCores(device))}\n`,
  };
  for (let core = 0; core < cores; core++) {
    for (const [state, name] of ['WFI', spec.soc === 'tegra264' ? 'cc7' : 'c7'].entries()) {
      files[`${cpuRoot}/cpu${core}/cpuidle/state${state}/name`] = `${name}\n`;
      files[`${cpuRoot}/cpu${core}/cpuidle/state${state}/disable`] = flag(
        ({ clocks }) => !clocks.idle,
        ({ clocks }, on) => {
          clocks.idle = !on;
        },
      );
    }
    files[`${cpuRoot}/cpu${core}/online`] = (device) => (device.mode().off.includes(core) ? '0\n' : '1\n');
  }
  for (const [domain, members] of domains.entries()) {
    const first = members[0] ?? 0;
    const folders = [`${cpuRoot}/cpufreq/policy${first}`, ...members.map((core) => `${cpuRoot}/cpu${core}/cpufreq`)];
    for (const folder of folders) {
      Object.assign(files, {
        [`${folder}/scaling_min_freq`]: limit(spec.cpu.minKHz, maxKHz, cpuLimits(domain), 'min'),
        [`${folder}/scaling_max_freq`]: limit(spec.cpu.minKHz, maxKHz, cpuLimits(domain), 'max'),
        [`${folder}/scaling_cur_freq`]: (device: SimulatedDevice) => `${device.load().cpuKHz[first] ?? minKHz}\n`,
        [`${folder}/scaling_governor`]: governor(domain),
        [`${folder}/scaling_available_governors`]: `${governors.join(' ')} \n`,
        [`${folder}/scaling_available_frequencies`]: `${frequencyTable(minKHz, maxKHz).join(' ')} \n`,
        [`${folder}/cpuinfo_min_freq`]: `${minKHz}\n`,
        [`${folder}/cpuinfo_max_freq`]: `${maxKHz}\n`,
        [`${folder}/related_cpus`]: `${members.join(' ')}\n`,
      });
    }
  }
  return files;
}

function gpuFiles(spec: BoardSpec): Files {
  const files: Record<string, Content | FileNode> = {};
  const { minHz, maxHz, loadPath, devfreq } = spec.gpu;
  for (const [index, real] of devfreq.entries()) {
    const name = real.slice(real.lastIndexOf('/') + 1);
    for (const folder of new Set([real, `/sys/class/devfreq/${name}`])) {
      Object.assign(files, {
        [`${folder}/cur_freq`]: (device: SimulatedDevice) => `${device.load().gpuHz}\n`,
        [`${folder}/target_freq`]: (device: SimulatedDevice) => `${device.load().gpuHz}\n`,
        [`${folder}/min_freq`]: limit(minHz, maxHz, gpuLimits(index), 'min'),
        [`${folder}/max_freq`]: limit(minHz, maxHz, gpuLimits(index), 'max'),
        [`${folder}/available_frequencies`]: `${frequencyTable(minHz, maxHz).join(' ')}\n`,
        [`${folder}/governor`]: 'nvhost_podgov\n',
      });
    }
  }
  if (loadPath !== undefined) files[loadPath] = (device) => `${Math.round(device.load().gpu * 1000)}\n`;
  return files;
}

/** CPU, GPU and memory clocks. */
export function clockFiles(spec: BoardSpec): Files {
  const emc = '/sys/kernel/debug/bpmp/debug/clk/emc';
  return {
    ...cpuFiles(spec),
    ...gpuFiles(spec),
    [spec.soc === 'tegra210' ? '/sys/kernel/debug/clk/emc/clk_rate' : `${emc}/rate`]: rootOnly(
      (device) => `${device.load().emcHz}\n`,
    ),
    [emcLock(spec)]: {
      ...flag(
        ({ clocks }) => clocks.emcPinned,
        ({ clocks }, on) => {
          clocks.emcPinned = on;
        },
      ),
      readers: 'root',
    },
  };
}
