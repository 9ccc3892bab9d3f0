import type { BoardSpec, PowerMode, Zone } from './board-spec.js';
import { releases } from './releases.js';

const cpu = { partName: 'Cortex-A78AE', part: '0xd42', implementer: '0x41' };
const gpu = {
  devfreq: ['/sys/devices/platform/17000000.gpu/devfreq/17000000.gpu'],
  loadPath: '/sys/devices/platform/gpu.0/load',
  minHz: 306_000_000,
  bracketed: true,
};
const coolers = [
  'pwm-fan',
  'cpu-throttle-alert',
  'gpu-throttle-alert',
  'soc0-throttle-alert',
  'hot-surface-alert',
  'cpufreq-cpu0',
  'cpufreq-cpu4',
  'devfreq-17000000.gpu',
];

/** The zones of every Orin; on the small modules the vision sensors are powered off. */
const zones: readonly Zone[] = [
  { type: 'cpu-thermal', offset: 1 },
  { type: 'gpu-thermal', offset: 1 },
  { type: 'cv0-thermal', offset: 0, off: true },
  { type: 'cv1-thermal', offset: 0, off: true },
  { type: 'cv2-thermal', offset: 0, off: true },
  { type: 'soc0-thermal', offset: 0.5 },
  { type: 'soc1-thermal', offset: 0.9 },
  { type: 'soc2-thermal', offset: 0 },
  { type: 'tj-thermal', offset: 1.5 },
];
const shownZones = [
  ['cpu', 'cpu-thermal'],
  ['soc2', 'soc2-thermal'],
  ['soc0', 'soc0-thermal'],
  ['gpu', 'gpu-thermal'],
  ['tj', 'tj-thermal'],
  ['soc1', 'soc1-thermal'],
] as const;
const smallRails = (scale: number): BoardSpec['rails'] => [
  { name: 'VDD_IN', idle: 4300, cpu: 3400 * scale, gpu: 10_500 * scale, volts: 5064 },
  { name: 'VDD_CPU_GPU_CV', idle: 480, cpu: 2700 * scale, gpu: 8300 * scale, volts: 5064 },
  { name: 'VDD_SOC', idle: 1370, cpu: 300, gpu: 1400, volts: 5064 },
];

function mode(
  cores: number,
  online: number,
  id: number,
  name: string,
  cpuMHz: number,
  gpuMHz: number,
  mask: number,
): PowerMode {
  const off = Array.from({ length: cores }, (_, core) => core).slice(online);
  return { id, name, off, cpuMaxKHz: cpuMHz * 1000, gpuMaxHz: gpuMHz * 1_000_000, tpcMask: mask };
}

/** Jetson Orin Nano 8 GB developer kit in its Super configuration, JetPack 6. */
export const orinNanoSuper: BoardSpec = {
  kind: 'orin-nano-super',
  model: 'NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super',
  compatible: ['nvidia,p3768-0000+p3767-0005-super', 'nvidia,p3767-0005', 'nvidia,tegra234'],
  soc: 'tegra234',
  sm: '8.7',
  release: releases.r36x4,
  cpu: {
    ...cpu,
    cores: 6,
    domains: [
      [0, 1, 2, 3],
      [4, 5],
    ],
    minKHz: 729_600,
    maxKHz: 1_728_000,
  },
  gpu: { ...gpu, maxHz: 1_020_000_000, clusters: 1, tpcs: 4 },
  emc: { minHz: 204_000_000, maxHz: 3_199_000_000 },
  ramMB: 7620,
  swap: { kind: 'zram', devices: 6, eachMB: 635 },
  zones,
  shownZones,
  rails: smallRails(1),
  modes: [
    mode(6, 6, 0, '15W', 1497.6, 612, 240),
    mode(6, 6, 1, '25W', 1344, 918, 240),
    mode(6, 6, 2, 'MAXN_SUPER', 1728, 1020, 240),
    mode(6, 4, 3, '7W', 960, 408, 252),
  ],
  defaultMode: 1,
  mode: 1,
  engines: ['NVDEC off', 'NVJPG off', 'NVJPG1 off', 'VIC off', 'OFA off', 'APE 200'],
  fan: 'hwmon',
  disk: { device: 'nvme0n1', sizeGB: 500 },
  wired: 'enP8p1s0',
  wireless: 'wlP1p1s0',
  coolers,
};

/** Jetson Orin NX 16 GB with the Super modes, JetPack 6.2.2. */
export const orinNx: BoardSpec = {
  ...orinNanoSuper,
  kind: 'orin-nx',
  model: 'NVIDIA Jetson Orin NX Engineering Reference Developer Kit Super',
  compatible: ['nvidia,p3768-0000+p3767-0000-super', 'nvidia,p3767-0000', 'nvidia,tegra234'],
  release: releases.r36x5,
  cpu: {
    ...cpu,
    cores: 8,
    domains: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ],
    minKHz: 729_600,
    maxKHz: 1_984_000,
  },
  gpu: { ...gpu, maxHz: 1_173_000_000, clusters: 1, tpcs: 4 },
  ramMB: 15_656,
  swap: { kind: 'zram', devices: 8, eachMB: 978 },
  rails: smallRails(1.5),
  modes: [
    mode(8, 8, 0, 'MAXN_SUPER', 1984, 1173, 240),
    mode(8, 4, 1, '10W', 1190.4, 612, 252),
    mode(8, 4, 2, '15W', 1420.8, 612, 252),
    mode(8, 8, 3, '25W', 1497.6, 408, 240),
    mode(8, 8, 4, '40W', 1497.6, 1173, 240),
  ],
  defaultMode: 4,
  mode: 4,
  engines: [
    'NVENC off',
    'NVDEC off',
    'NVJPG off',
    'NVJPG1 off',
    'VIC off',
    'OFA off',
    'NVDLA0 off',
    'NVDLA1 off',
    'PVA0_FREQ off',
    'APE 200',
  ],
};

/** Jetson AGX Orin 64 GB developer kit, JetPack 6: three rails and none for the input. */
export const agxOrin: BoardSpec = {
  ...orinNanoSuper,
  kind: 'agx-orin',
  model: 'NVIDIA Jetson AGX Orin Developer Kit',
  compatible: ['nvidia,p3737-0000+p3701-0005', 'nvidia,p3701-0005', 'nvidia,tegra234'],
  cpu: {
    ...cpu,
    cores: 12,
    domains: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ],
    minKHz: 729_600,
    maxKHz: 2_201_600,
  },
  gpu: { ...gpu, maxHz: 1_300_500_000, clusters: 2, tpcs: 8 },
  ramMB: 62_841,
  swap: { kind: 'zram', devices: 12, eachMB: 2618 },
  rails: [
    { name: 'VDD_GPU_SOC', idle: 2400, cpu: 900, gpu: 21_000, volts: 19_000 },
    { name: 'VDD_CPU_CV', idle: 790, cpu: 13_000, gpu: 600, volts: 19_000 },
    { name: 'VIN_SYS_5V0', idle: 3500, cpu: 1100, gpu: 2600, volts: 5000 },
  ],
  modes: [
    { ...mode(12, 12, 0, 'MAXN', 2201.6, 1300.5, 0) },
    { ...mode(12, 4, 1, 'MODE_15W', 1113.6, 408, 248), emcMaxHz: 2_133_000_000 },
    { ...mode(12, 8, 2, 'MODE_30W', 1728, 612, 240), emcMaxHz: 3_199_000_000 },
    { ...mode(12, 12, 3, 'MODE_50W', 1497.6, 816, 0), emcMaxHz: 3_199_000_000 },
  ],
  defaultMode: 2,
  mode: 0,
  engines: [
    'NVENC off',
    'NVDEC off',
    'NVJPG off',
    'NVJPG1 off',
    'VIC off',
    'OFA off',
    'NVDLA0 off',
    'NVDLA1 off',
    'PVA0_FREQ off',
    'APE 174',
  ],
  disk: { device: 'mmcblk0', sizeGB: 64 },
  wired: 'eth0',
  wireless: 'wlan0',
};

/** The same board after an update to JetPack 7.2.1: peaks in tegrastats, numbered engines, no swap. */
export const agxOrinJp7: BoardSpec = {
  ...agxOrin,
  kind: 'agx-orin-jp7',
  release: releases.r39,
  ramMB: 62_817,
  shownZones: shownZones.filter(([name]) => name !== 'tj' && name !== 'soc1'),
  swap: { kind: 'none' },
  engines: [
    'NVENC0 off',
    'NVDEC0 off',
    'NVJPG0 off',
    'NVJPG1 off',
    'VIC off',
    'OFA off',
    'NVDLA0 off',
    'NVDLA1 off',
    'PVA0_FREQ off',
    'APE 174',
  ],
};
