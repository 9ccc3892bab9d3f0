import type { BoardSpec } from '../boards/board-spec.js';
import { rootOnly, type Content, type FileNode, type Files } from '../device/file-tree.js';
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

/** The lowest clock a GPU mode allows, never above its highest. */
export function gpuMinHz(device: SimulatedDevice): number {
  return Math.min(device.spec.gpu.minHz, device.mode().gpuMaxHz);
}

function cpuFiles(spec: BoardSpec): Files {
  const { cores, domains, minKHz, maxKHz } = spec.cpu;
  const files: Record<string, Content | FileNode> = {
    [`${cpuRoot}/present`]: `0-${cores - 1}\n`,
    [`${cpuRoot}/possible`]: `0-${cores - 1}\n`,
    [`${cpuRoot}/online`]: (device) => `${coreRanges(onlineCores(device))}\n`,
    [`${cpuRoot}/cpu0/cpuidle/state0/disable`]: '0\n',
    [`${cpuRoot}/cpu0/cpuidle/state0/name`]: 'WFI\n',
    [`${cpuRoot}/cpu0/cpuidle/state1/disable`]: '0\n',
    [`${cpuRoot}/cpu0/cpuidle/state1/name`]: 'c7\n',
  };
  for (let core = 0; core < cores; core++) {
    files[`${cpuRoot}/cpu${core}/online`] = (device) => (device.mode().off.includes(core) ? '0\n' : '1\n');
  }
  for (const members of domains) {
    const first = members[0] ?? 0;
    const folders = [`${cpuRoot}/cpufreq/policy${first}`, ...members.map((core) => `${cpuRoot}/cpu${core}/cpufreq`)];
    for (const folder of folders) {
      Object.assign(files, {
        [`${folder}/scaling_min_freq`]: `${minKHz}\n`,
        [`${folder}/scaling_max_freq`]: (device: SimulatedDevice) => `${device.mode().cpuMaxKHz}\n`,
        [`${folder}/scaling_cur_freq`]: (device: SimulatedDevice) => `${device.load().cpuKHz[first] ?? minKHz}\n`,
        [`${folder}/scaling_governor`]: 'schedutil\n',
        [`${folder}/scaling_available_governors`]:
          'interactive conservative ondemand userspace powersave performance schedutil \n',
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
  for (const real of devfreq) {
    const name = real.slice(real.lastIndexOf('/') + 1);
    for (const folder of new Set([real, `/sys/class/devfreq/${name}`])) {
      Object.assign(files, {
        [`${folder}/cur_freq`]: (device: SimulatedDevice) => `${device.load().gpuHz}\n`,
        [`${folder}/target_freq`]: (device: SimulatedDevice) => `${device.load().gpuHz}\n`,
        [`${folder}/min_freq`]: (device: SimulatedDevice) => `${gpuMinHz(device)}\n`,
        [`${folder}/max_freq`]: (device: SimulatedDevice) => `${device.mode().gpuMaxHz}\n`,
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
  };
}
