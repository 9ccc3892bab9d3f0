import type { FakeBoard } from '../../fakes/fake-device.js';

type Files = Record<string, string>;

export const zone = (n: number, type: string, temp: string, trips: Files = {}): Files => ({
  [`/sys/class/thermal/thermal_zone${n}/type`]: `${type}\n`,
  [`/sys/class/thermal/thermal_zone${n}/temp`]: `${temp}\n`,
  ...Object.fromEntries(
    Object.entries(trips).flatMap(([kind, milli], i) => [
      [`/sys/class/thermal/thermal_zone${n}/trip_point_${i}_type`, kind],
      [`/sys/class/thermal/thermal_zone${n}/trip_point_${i}_temp`, milli],
    ]),
  ),
});
export const cooler = (n: number, type: string, state: string): Files => ({
  [`/sys/class/thermal/cooling_device${n}/type`]: type,
  [`/sys/class/thermal/cooling_device${n}/cur_state`]: state,
  [`/sys/class/thermal/cooling_device${n}/max_state`]: '2',
});
export const cluster = (n: number, cpus: string, min: string, max: string, top: string): Files => {
  const at = `/sys/devices/system/cpu/cpufreq/policy${n}`;
  return {
    [`${at}/related_cpus`]: `${cpus}\n`,
    [`${at}/scaling_min_freq`]: min,
    [`${at}/scaling_max_freq`]: max,
    [`${at}/scaling_cur_freq`]: max,
    [`${at}/cpuinfo_max_freq`]: top,
    [`${at}/scaling_governor`]: 'schedutil',
  };
};
export const devfreq = (name: string, min: string, max: string, cur: string, table = ''): Files => ({
  [`/sys/class/devfreq/${name}/min_freq`]: min,
  [`/sys/class/devfreq/${name}/max_freq`]: max,
  [`/sys/class/devfreq/${name}/cur_freq`]: cur,
  ...(table === '' ? {} : { [`/sys/class/devfreq/${name}/available_frequencies`]: `${table} \n` }),
});
export const rail = (chip: string, n: number, label: string, mV: string, mA: string, more: Files = {}): Files => ({
  [`/sys/class/hwmon/${chip}/in${n}_label`]: label,
  [`/sys/class/hwmon/${chip}/in${n}_input`]: mV,
  [`/sys/class/hwmon/${chip}/curr${n}_input`]: mA,
  ...Object.fromEntries(Object.entries(more).map(([file, text]) => [`/sys/class/hwmon/${chip}/${file}`, text])),
});

const cores = (count: number, online: number): string =>
  Array.from({ length: count }, (_, n) => `CPU_ONLINE CORE_${n} ${n < online ? 1 : 0}`).join('\n');

/** A mode file with one CPU cluster; a limit of -1 is none. */
export function modeFile(
  modes: readonly (readonly [id: number, name: string, cores: number, cpuKHz: number, gpuHz: number, mask?: number])[],
  count = 6,
): string {
  const definitions = modes.map(
    ([id, name, online, cpu, gpu, mask]) =>
      `< POWER_MODEL ID=${id} NAME=${name} >\n${cores(count, online)}\n${mask === undefined ? '' : `TPC_POWER_GATING TPC_PG_MASK ${mask}\n`}` +
      `CPU_A78_0 MAX_FREQ ${cpu}\nGPU MIN_FREQ 0\nGPU MAX_FREQ ${gpu}\nEMC MAX_FREQ 0\n`,
  );
  return `# modes\n< PARAM TYPE=CLOCK NAME=CPU_A78_0 >\nMAX_FREQ /sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq\n${definitions.join('\n')}\n< PM_CONFIG DEFAULT=1 >\n`;
}

/** An Orin Nano Super on JetPack 6.2 in its 25 W mode: cool, healthy and idle. */
export const orinFiles: Files = {
  ...zone(0, 'cpu-thermal', '45250', { passive: '99000', critical: '104500' }),
  ...zone(1, 'gpu-thermal', '46000', { passive: '99000' }),
  ...zone(2, 'cv0-thermal', '-256000'),
  ...cooler(0, 'pwm-fan', '1'),
  ...cooler(1, 'cpu-throttle-alert', '0'),
  ...cooler(2, 'devfreq-17000000.gpu', '2'),
  '/sys/devices/system/cpu/present': '0-5',
  '/sys/devices/system/cpu/online': '0-5',
  ...cluster(0, '0 1 2 3 4 5', '729600', '1344000', '1728000'),
  '/sys/devices/system/cpu/cpu0/cpuidle/state0/disable': '0',
  ...devfreq('17000000.gpu', '306000000', '918000000', '306000000', '306000000 918000000 1020000000'),
  '/sys/devices/platform/gpu.0/load': '40',
  '/sys/class/hwmon/hwmon1/name': 'ina3221',
  ...rail('hwmon1', 1, 'VDD_IN', '4968', '960', { curr1_crit: '4984', curr1_crit_alarm: '0' }),
  ...rail('hwmon1', 2, 'VDD_CPU_GPU_CV', '4960', '100'),
  ...rail('hwmon1', 7, 'sum of shunt voltages', '800', '0'),
  '/sys/class/hwmon/hwmon2/name': 'soctherm_oc',
  '/sys/class/hwmon/hwmon2/oc1_event_cnt': '0',
  '/sys/class/hwmon/hwmon2/oc2_event_cnt': '0',
  '/sys/class/hwmon/hwmon2/oc3_event_cnt': '27390',
  '/sys/class/hwmon/hwmon3/name': 'pwmfan',
  '/sys/class/hwmon/hwmon3/pwm1': '66',
  '/sys/class/hwmon/hwmon4/name': 'pwm_tach',
  '/sys/class/hwmon/hwmon4/rpm': '1432',
  '/proc/uptime': '3605.10 20000.00',
  '/var/lib/nvpmodel/status': 'pmode:0001',
  '/etc/nvpmodel.conf': modeFile([
    [0, '15W', 6, 1497600, 612000000, 240],
    [1, '25W', 6, 1344000, 918000000, 240],
    [2, 'MAXN_SUPER', 6, -1, -1, 240],
    [3, '7W', 4, 960000, 408000000, 252],
  ]),
};

export const rootLine =
  '09-19-2026 13:33:02 RAM 2850/7486MB (lfb 33x4MB) CPU [2%@729,4%@729,off] EMC_FREQ 5%@665 GR3D_FREQ 0%@[305] NVDEC off ' +
  'cpu@45.8C gpu@46.8C VDD_IN 3582mW/3582mW VDD_SOC 1127mW/1127mW';

export const orin: FakeBoard = {
  files: orinFiles,
  runs: {
    'nvpmodel -q': { text: 'NV Power Mode: 25W\n1\n' },
    'nvpmodel -q --verbose': {
      text:
        'NVPM VERB: Config file: /etc/nvpmodel.conf\nNVPM VERB: Current mode: NV Power Mode: 25W\n1\n' +
        'NVPM VERB: PARAM TPC_POWER_GATING: ARG TPC_PG_MASK: PATH /x: REAL_VAL: 240 CONF_VAL: 240\n' +
        'NVPM VERB: PARAM GPU: ARG MAX_FREQ: PATH /x: REAL_VAL: 918000000 CONF_VAL: 918000000\n',
    },
    'jetson_clocks --show': {
      text: 'SOC family:tegra234  Machine:x\nEMC MinFreq=204000000 MaxFreq=3199000000 CurrentFreq=665600000 FreqOverride=0\n',
    },
    'nvfancontrol -q': { text: 'FAN1:FAN_PROFILE:cool\nFAN1:FAN_GOVERNOR:pid\nFAN1:FAN_CONTROL:open_loop\n' },
  },
  lines: { 'tegrastats --interval 500': [rootLine], 'tegrastats --interval 1000': [rootLine, rootLine] },
};

/** A Nano on JetPack 4: iio power sensors, a PMIC constant, an old fan, no over-current counters. */
export const nano: FakeBoard = {
  files: {
    ...zone(0, 'AO-therm', '35000'),
    ...zone(1, 'CPU-therm', '27500'),
    ...zone(2, 'PMIC-Die', '100000'),
    '/sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/rail_name_0': 'POM_5V_IN',
    '/sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/in_voltage0_input': '5096',
    '/sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/in_current0_input': '360',
    '/sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/in_power0_input': '1834',
    '/sys/devices/pwm-fan/target_pwm': '0',
    '/sys/devices/gpu.0/load': '0',
    ...devfreq('57000000.gpu', '76800000', '921600000', '76800000'),
  },
  missing: ['nvfancontrol'],
  runs: { 'nvpmodel -q': { text: 'NVPM WARN: fan mode is not set!\nNV Power Mode: MAXN\n0\n' } },
  lines: {
    'tegrastats --interval 500': [
      'RAM 613/3964MB (lfb 634x4MB) SWAP 0/1982MB (cached 0MB) CPU [2%@102,1%@102] EMC_FREQ 0% GR3D_FREQ 0% CPU@40.5C PMIC@100C thermal@41C POM_5V_IN 900/943',
    ],
  },
  sudo: 'none',
};

/** A Thor whose login user has no root: tegrastats says nothing of the GPU. */
export const thor: FakeBoard = {
  files: {
    ...devfreq('gpu-gpc-0', '0', '1575000000', '1049984000'),
    ...devfreq('gpu-nvd-0', '0', '1692000000', '1692000000'),
  },
  runs: { 'nvidia-smi --query-gpu=name,utilization.gpu --format=csv,noheader,nounits': { text: 'NVIDIA Thor, 37\n' } },
  lines: {
    'tegrastats --interval 500': [
      '10-02-2026 06:44:23 RAM 42360/125772MB (lfb 19x4MB) CPU [3%@972] cpu@35.4C tj@36.8C gpu@36.1C VDD_GPU 1965mW/1965mW VIN 20604mW/20604mW',
    ],
  },
  sudo: 'none',
};
