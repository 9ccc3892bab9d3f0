import type { BoardSpec } from './board-spec.js';
import { releases } from './releases.js';

/** Jetson Nano 4 GB developer kit on JetPack 4. */
export const nano: BoardSpec = {
  kind: 'nano',
  model: 'NVIDIA Jetson Nano Developer Kit',
  compatible: ['nvidia,p3449-0000-b00+p3448-0000-b00', 'nvidia,jetson-nano', 'nvidia,tegra210'],
  soc: 'tegra210',
  sm: '5.3',
  release: releases.r32('t210ref'),
  cpu: {
    cores: 4,
    partName: 'Cortex-A57',
    part: '0xd07',
    implementer: '0x41',
    domains: [[0, 1, 2, 3]],
    minKHz: 102_000,
    maxKHz: 1_479_000,
  },
  gpu: {
    devfreq: ['/sys/devices/57000000.gpu/devfreq/57000000.gpu'],
    loadPath: '/sys/devices/gpu.0/load',
    minHz: 76_800_000,
    maxHz: 921_600_000,
    clusters: 1,
    bracketed: false,
  },
  emc: { minHz: 204_000_000, maxHz: 1_600_000_000 },
  ramMB: 3956,
  swap: { kind: 'zram', devices: 4, eachMB: 494 },
  zones: [
    { type: 'AO-therm', offset: 7 },
    { type: 'CPU-therm', offset: 1 },
    { type: 'GPU-therm', offset: 0 },
    { type: 'PLL-therm', offset: 0 },
    { type: 'PMIC-Die', offset: 0, constant: 50 },
    { type: 'thermal-fan-est', offset: 1 },
  ],
  shownZones: [
    ['PLL', 'PLL-therm'],
    ['CPU', 'CPU-therm'],
    ['PMIC', 'PMIC-Die'],
    ['GPU', 'GPU-therm'],
    ['AO', 'AO-therm'],
    ['thermal', 'thermal-fan-est'],
  ],
  rails: [
    { name: 'POM_5V_IN', idle: 1050, cpu: 3300, gpu: 3200, volts: 5000 },
    { name: 'POM_5V_GPU', idle: 0, cpu: 0, gpu: 2600, volts: 5000 },
    { name: 'POM_5V_CPU', idle: 140, cpu: 2500, gpu: 200, volts: 5000 },
  ],
  modes: [
    { id: 0, name: 'MAXN', off: [], cpuMaxKHz: 1_479_000, gpuMaxHz: 921_600_000, emcMaxHz: 1_600_000_000 },
    { id: 1, name: '5W', off: [2, 3], cpuMaxKHz: 918_000, gpuMaxHz: 640_000_000, emcMaxHz: 1_600_000_000 },
  ],
  defaultMode: 0,
  mode: 0,
  engines: ['APE 25'],
  fan: 'pwm-fan',
  disk: { device: 'mmcblk0', sizeGB: 64 },
  wired: 'eth0',
  coolers: ['thermal-cpufreq-0', 'gpu-balanced', 'emergency-balanced', 'pwm-fan'],
};
