import type { BoardSpec, PowerMode, Zone } from './board-spec.js';
import { releases } from './releases.js';

const cpu = { partName: 'Carmel', part: '0x004', implementer: '0x4e', minKHz: 115_200 };
const gpu = {
  devfreq: ['/sys/devices/17000000.gv11b/devfreq/17000000.gv11b'],
  loadPath: '/sys/devices/gpu.0/load',
  minHz: 114_750_000,
  clusters: 1,
  bracketed: true,
};
const zones: readonly Zone[] = [
  { type: 'CPU-therm', offset: 2 },
  { type: 'GPU-therm', offset: 1 },
  { type: 'AUX-therm', offset: 0 },
  { type: 'AO-therm', offset: 0 },
  { type: 'PMIC-Die', offset: 0, constant: 50 },
  { type: 'thermal-fan-est', offset: 1 },
];
const shown = [
  ['AUX', 'AUX-therm'],
  ['CPU', 'CPU-therm'],
  ['thermal', 'thermal-fan-est'],
  ['AO', 'AO-therm'],
  ['GPU', 'GPU-therm'],
  ['PMIC', 'PMIC-Die'],
] as const;

function nxMode(id: number, name: string, cores: number, cpuMaxKHz: number, gpuMaxHz: number): PowerMode {
  const off = [0, 1, 2, 3, 4, 5].slice(cores);
  return { id, name: `MODE_${name}`, off, cpuMaxKHz, gpuMaxHz, emcMaxHz: 1_866_000_000, tpcMask: 1 };
}

function agxMode(id: number, name: string, cores: number, cpuMaxKHz: number, gpuMaxHz: number, tpcMask = 0): PowerMode {
  return {
    id,
    name,
    off: [0, 1, 2, 3, 4, 5, 6, 7].slice(cores),
    cpuMaxKHz,
    gpuMaxHz,
    emcMaxHz: 2_133_000_000,
    tpcMask,
  };
}

/** Jetson Xavier NX developer kit on JetPack 5. */
export const xavierNx: BoardSpec = {
  kind: 'xavier-nx',
  model: 'NVIDIA Jetson Xavier NX Developer Kit',
  compatible: ['nvidia,p3509-0000+p3668-0000', 'nvidia,p3449-0000+p3668-0000', 'nvidia,tegra194'],
  soc: 'tegra194',
  sm: '7.2',
  release: releases.r35,
  cpu: {
    ...cpu,
    cores: 6,
    domains: [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
    maxKHz: 1_907_200,
  },
  gpu: { ...gpu, maxHz: 1_109_250_000, tpcs: 3 },
  emc: { minHz: 204_000_000, maxHz: 1_866_000_000 },
  ramMB: 6851,
  swap: { kind: 'zram', devices: 6, eachMB: 571 },
  zones,
  shownZones: shown,
  rails: [
    { name: 'VDD_IN', idle: 2760, cpu: 5200, gpu: 7400, volts: 4960 },
    { name: 'VDD_CPU_GPU_CV', idle: 560, cpu: 3600, gpu: 5600, volts: 4960 },
    { name: 'VDD_SOC', idle: 650, cpu: 400, gpu: 900, volts: 4960 },
  ],
  modes: [
    nxMode(0, '15W_2CORE', 2, 1_907_200, 1_109_250_000),
    nxMode(1, '15W_4CORE', 4, 1_420_800, 1_109_250_000),
    nxMode(2, '15W_6CORE', 6, 1_420_800, 1_109_250_000),
    nxMode(3, '10W_2CORE', 2, 1_497_600, 803_250_000),
    nxMode(4, '10W_4CORE', 4, 1_190_400, 803_250_000),
    nxMode(5, '10W_DESKTOP', 4, 1_190_400, 510_000_000),
    nxMode(6, '20W_2CORE', 2, 1_907_200, 1_109_250_000),
    nxMode(7, '20W_4CORE', 4, 1_907_200, 1_109_250_000),
    nxMode(8, '20W_6CORE', 6, 1_420_800, 1_109_250_000),
  ],
  defaultMode: 5,
  mode: 2,
  engines: ['VIC_FREQ 115', 'APE 150'],
  fan: 'hwmon',
  disk: { device: 'mmcblk0', sizeGB: 128 },
  wired: 'eth0',
  wireless: 'wlan0',
  coolers: ['thermal-cpufreq-0', 'thermal-cpufreq-1', 'thermal-cpufreq-2', 'thermal-devfreq-0', 'pwm-fan'],
};

/** Jetson AGX Xavier developer kit on JetPack 5: five rails and none for the input. */
export const agxXavier: BoardSpec = {
  kind: 'agx-xavier',
  model: 'Jetson-AGX',
  compatible: ['nvidia,p2972-0000', 'nvidia,p2822-0000+p2888-0004', 'nvidia,tegra194'],
  soc: 'tegra194',
  sm: '7.2',
  release: releases.r35,
  cpu: {
    ...cpu,
    cores: 8,
    domains: [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ],
    maxKHz: 2_265_600,
  },
  gpu: { ...gpu, maxHz: 1_377_000_000, tpcs: 4 },
  emc: { minHz: 204_000_000, maxHz: 2_133_000_000 },
  ramMB: 31_011,
  swap: { kind: 'zram', devices: 8, eachMB: 1938 },
  zones: [...zones, { type: 'Tboard_tegra', offset: -2 }, { type: 'Tdiode_tegra', offset: 1 }],
  shownZones: [...shown, ['Tboard', 'Tboard_tegra'], ['Tdiode', 'Tdiode_tegra']],
  rails: [
    { name: 'GPU', idle: 160, cpu: 0, gpu: 11_000, volts: 19_000 },
    { name: 'CPU', idle: 390, cpu: 9800, gpu: 500, volts: 19_000 },
    { name: 'SOC', idle: 940, cpu: 1200, gpu: 1900, volts: 19_000 },
    { name: 'CV', idle: 0, cpu: 0, gpu: 0, volts: 19_000 },
    { name: 'VDDRQ', idle: 310, cpu: 900, gpu: 1500, volts: 19_000 },
    { name: 'SYS5V', idle: 1520, cpu: 500, gpu: 700, volts: 5000 },
  ],
  modes: [
    agxMode(0, 'MAXN', 8, 2_265_600, 1_377_000_000),
    agxMode(1, 'MODE_10W', 2, 1_200_000, 520_000_000, 5),
    agxMode(2, 'MODE_15W', 4, 1_200_000, 670_000_000),
    agxMode(3, 'MODE_30W_ALL', 8, 1_200_000, 900_000_000),
    agxMode(4, 'MODE_30W_6CORE', 6, 1_450_000, 900_000_000),
    agxMode(5, 'MODE_30W_4CORE', 4, 1_780_000, 900_000_000),
    agxMode(6, 'MODE_30W_2CORE', 2, 2_100_000, 900_000_000),
    agxMode(7, 'MODE_15W_DESKTOP', 4, 2_188_000, 670_000_000),
  ],
  defaultMode: 7,
  mode: 3,
  engines: ['VIC_FREQ 115', 'APE 150'],
  fan: 'hwmon',
  disk: { device: 'mmcblk0', sizeGB: 32 },
  wired: 'eth0',
  coolers: [
    'thermal-cpufreq-0',
    'thermal-cpufreq-1',
    'thermal-cpufreq-2',
    'thermal-cpufreq-3',
    'thermal-devfreq-0',
    'pwm-fan',
  ],
};
