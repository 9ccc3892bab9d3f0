import type { BoardSpec } from './board-spec.js';
import { releases } from './releases.js';

const off = [12, 13];

/** Jetson AGX Thor developer kit, JetPack 7.1. Its GPU has two devfreq domains and no load file. */
export const agxThor: BoardSpec = {
  kind: 'agx-thor',
  model: 'NVIDIA Jetson AGX Thor Developer Kit',
  compatible: ['nvidia,p4071-0000+p3834-0008', 'nvidia,p3834-0008', 'nvidia,tegra264'],
  soc: 'tegra264',
  sm: '11.0',
  release: releases.r38,
  cpu: {
    cores: 14,
    partName: 'Neoverse-V3AE',
    part: '0xd83',
    implementer: '0x41',
    domains: [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
      [10, 11],
      [12, 13],
    ],
    minKHz: 972_000,
    maxKHz: 2_601_000,
  },
  gpu: {
    devfreq: ['/sys/class/devfreq/gpu-gpc-0', '/sys/class/devfreq/gpu-nvd-0'],
    minHz: 315_000_000,
    maxHz: 1_575_000_000,
    clusters: 3,
    bracketed: true,
  },
  emc: { minHz: 665_600_000, maxHz: 4_266_000_000 },
  ramMB: 125_772,
  swap: { kind: 'none' },
  zones: [
    { type: 'cpu-thermal', offset: 0 },
    { type: 'gpu-thermal', offset: 0.7 },
    { type: 'soc012-thermal', offset: 0 },
    { type: 'soc345-thermal', offset: 1.3 },
    { type: 'tj-thermal', offset: 1.4 },
  ],
  shownZones: [
    ['cpu', 'cpu-thermal'],
    ['tj', 'tj-thermal'],
    ['soc012', 'soc012-thermal'],
    ['gpu', 'gpu-thermal'],
    ['soc345', 'soc345-thermal'],
  ],
  rails: [
    { name: 'VDD_GPU', idle: 1960, cpu: 0, gpu: 62_000, volts: 19_000 },
    { name: 'VDD_CPU_SOC_MSS', idle: 6200, cpu: 24_000, gpu: 9000, volts: 19_000 },
    { name: 'VIN_SYS_5V0', idle: 6300, cpu: 800, gpu: 1200, volts: 5000 },
  ],
  inputMonitor: { name: 'VIN', idle: 20_600, cpu: 26_000, gpu: 74_000, volts: 19_000 },
  modes: [
    { id: 0, name: 'MAXN', off: [], cpuMaxKHz: 2_601_000, gpuMaxHz: 1_575_000_000, tpcMask: 64 },
    { id: 1, name: '120W', off: [], cpuMaxKHz: 2_601_000, gpuMaxHz: 1_386_000_000, tpcMask: 64 },
    { id: 2, name: '90W', off, cpuMaxKHz: 2_349_000, gpuMaxHz: 1_215_000_000, tpcMask: 15_873 },
    { id: 3, name: '70W', off, cpuMaxKHz: 1_998_000, gpuMaxHz: 945_000_000, tpcMask: 15_873 },
  ],
  defaultMode: 1,
  mode: 1,
  engines: [
    'NVENC0_FREQ @0',
    'NVENC1_FREQ @0',
    'NVDEC0_FREQ @0',
    'NVDEC1_FREQ @0',
    'NVJPG0_FREQ @0',
    'VIC off',
    'OFA_FREQ @0',
    'PVA0_FREQ off',
    'APE 300',
  ],
  fan: 'hwmon',
  disk: { device: 'nvme0n1', sizeGB: 1000 },
  wired: 'enP2p1s0',
  wireless: 'wlP1p1s0',
  coolers: [
    'pwm-fan',
    'cpu-throttle-alert',
    'gpu-throttle-alert',
    'soc012-throttle-alert',
    'cpufreq-cpu0',
    'devfreq-gpu-gpc-0',
  ],
};

/** The same board on JetPack 7.2.1. */
export const agxThorJp72: BoardSpec = { ...agxThor, kind: 'agx-thor-jp72', release: releases.r39 };
