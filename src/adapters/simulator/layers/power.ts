import type { BoardSpec, Rail } from '../boards/board-spec.js';
import type { Content, Files } from '../device/file-tree.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

const perChip = 3;

/** Milliwatts of a rail at this moment. */
export function railMilliwatts(device: SimulatedDevice, rail: Rail): number {
  return device.load().railMilliwatts[rail.name] ?? 0;
}

const saggedShare = 0.86;

function millivolts(device: SimulatedDevice, rail: Rail): number {
  return device.throttledBy === 'under_voltage' ? Math.round(rail.volts * saggedShare) : rail.volts;
}

function milliamps(device: SimulatedDevice, rail: Rail): number {
  return Math.round((railMilliwatts(device, rail) * 1000) / millivolts(device, rail));
}

function chips(rails: readonly Rail[]): (readonly Rail[])[] {
  return Array.from({ length: Math.ceil(rails.length / perChip) }, (_, chip) =>
    rails.slice(chip * perChip, (chip + 1) * perChip),
  );
}

/** JetPack 4: INA3221 as industrial I/O. */
function iioFiles(spec: BoardSpec): Files {
  const files: Record<string, Content> = {};
  const bus = spec.soc === 'tegra210' ? 6 : 0;
  for (const [chip, rails] of chips(spec.rails).entries()) {
    const folder = `/sys/bus/i2c/drivers/ina3221x/${bus}-004${chip}/iio:device${chip}`;
    for (const [index, rail] of rails.entries()) {
      files[`${folder}/rail_name_${index}`] = `${rail.name}\n`;
      files[`${folder}/in_voltage${index}_input`] = (device) => `${millivolts(device, rail)}\n`;
      files[`${folder}/in_current${index}_input`] = (device) => `${milliamps(device, rail)}\n`;
      files[`${folder}/in_power${index}_input`] = (device) => `${railMilliwatts(device, rail)}\n`;
      files[`${folder}/crit_current_limit_${index}`] = '32760\n';
    }
  }
  return files;
}

function hwmonFiles(spec: BoardSpec): Files {
  const files: Record<string, Content> = {};
  for (const [chip, rails] of chips(spec.rails).entries()) {
    const folder = `/sys/class/hwmon/hwmon${chip === 0 ? 1 : 4 + chip}`;
    files[`${folder}/name`] = 'ina3221\n';
    for (const [index, rail] of rails.entries()) {
      const channel = index + 1;
      files[`${folder}/in${channel}_label`] = `${rail.name}\n`;
      files[`${folder}/in${channel}_input`] = (device) => `${millivolts(device, rail)}\n`;
      files[`${folder}/curr${channel}_input`] = (device) => `${milliamps(device, rail)}\n`;
      files[`${folder}/curr${channel}_max`] = '32760\n';
      files[`${folder}/curr${channel}_crit`] = '32760\n';
      files[`${folder}/curr${channel}_crit_alarm`] = (device) =>
        device.throttledBy === 'over_current' && rail === rails[0] && chip === 0 ? '1\n' : '0\n';
      files[`${folder}/curr${channel}_max_alarm`] = '0\n';
    }
    files[`${folder}/in7_label`] = 'sum of shunt voltages\n';
    files[`${folder}/in7_input`] = '0\n';
  }
  const overCurrent = '/sys/class/hwmon/hwmon2';
  if (spec.soc === 'tegra194') return files;
  files[`${overCurrent}/name`] = 'soctherm_oc\n';
  for (const counter of [1, 2, 3] as const) {
    files[`${overCurrent}/oc${counter}_throt_en`] = '1\n';
    files[`${overCurrent}/oc${counter}_event_cnt`] = (device) => `${device.overcurrent.count(counter)}\n`;
  }
  const input = spec.inputMonitor;
  if (input !== undefined) {
    const folder = '/sys/class/hwmon/hwmon4';
    files[`${folder}/name`] = 'ina238\n';
    files[`${folder}/in1_label`] = `${input.name}\n`;
    files[`${folder}/in1_input`] = (device) => `${millivolts(device, input)}\n`;
    files[`${folder}/curr1_input`] = (device) => `${milliamps(device, input)}\n`;
    files[`${folder}/power1_input`] = (device) => `${railMilliwatts(device, input) * 1000}\n`;
  }
  return files;
}

function conf(spec: BoardSpec): string {
  const cpu = '/sys/devices/system/cpu';
  const gpu = spec.gpu.devfreq[0] ?? '';
  const lines = ['# Power modes of this board.', '< PARAM TYPE=FILE NAME=CPU_ONLINE >'];
  for (let core = 0; core < spec.cpu.cores; core++) lines.push(`CORE_${core} ${cpu}/cpu${core}/online`);
  const masked = spec.modes.some((mode) => mode.tpcMask !== undefined);
  const gpuFolder = spec.release.jetpackMajor >= 6 ? '/sys/devices/platform/gpu.0' : '/sys/devices/gpu.0';
  if (masked) lines.push('', '< PARAM TYPE=FILE NAME=TPC_POWER_GATING >', `TPC_PG_MASK ${gpuFolder}/tpc_pg_mask`);
  for (const [index, members] of spec.cpu.domains.entries()) {
    const folder = `${cpu}/cpu${members[0] ?? 0}/cpufreq`;
    lines.push('', `< PARAM TYPE=CLOCK NAME=CPU_${index} >`, `FREQ_TABLE ${folder}/scaling_available_frequencies`);
    lines.push(`MAX_FREQ ${folder}/scaling_max_freq`, `MIN_FREQ ${folder}/scaling_min_freq`);
  }
  lines.push(
    '',
    '< PARAM TYPE=CLOCK NAME=GPU >',
    `FREQ_TABLE ${gpu}/available_frequencies`,
    `MAX_FREQ ${gpu}/max_freq`,
    `MIN_FREQ ${gpu}/min_freq`,
  );
  lines.push('', '< PARAM TYPE=CLOCK NAME=EMC >', 'MAX_FREQ /sys/kernel/nvpmodel_clk_cap/emc');
  for (const mode of spec.modes) {
    lines.push('', `< POWER_MODEL ID=${mode.id} NAME=${mode.name} >`);
    for (let core = 0; core < spec.cpu.cores; core++)
      lines.push(`CPU_ONLINE CORE_${core} ${mode.off.includes(core) ? 0 : 1}`);
    if (mode.tpcMask !== undefined) lines.push(`TPC_POWER_GATING TPC_PG_MASK ${mode.tpcMask}`);
    for (const index of spec.cpu.domains.keys())
      lines.push(`CPU_${index} MIN_FREQ 0`, `CPU_${index} MAX_FREQ ${mode.cpuMaxKHz}`);
    lines.push('GPU MIN_FREQ 0', `GPU MAX_FREQ ${mode.gpuMaxHz}`, `EMC MAX_FREQ ${mode.emcMaxHz ?? 0}`);
  }
  const chosen = spec.modes.find((mode) => mode.id === spec.defaultMode);
  lines.push('', `< PM_CONFIG DEFAULT=${chosen?.id ?? 0} >`, '');
  return lines.join('\n');
}

/** Power rails, over-current counters, and the power modes with their settings. */
export function powerFiles(spec: BoardSpec): Files {
  const gpuFolder = spec.release.jetpackMajor >= 6 ? '/sys/devices/platform/gpu.0' : '/sys/devices/gpu.0';
  const files: Record<string, Content> = {
    '/etc/nvpmodel.conf': conf(spec),
    '/var/lib/nvpmodel/status': (device) => `pmode:${String(device.savedMode).padStart(4, '0')}`,
  };
  if (spec.modes.some((mode) => mode.tpcMask !== undefined)) {
    files[`${gpuFolder}/tpc_pg_mask`] = (device) => `${device.mode().tpcMask ?? 0}\n`;
  }
  return { ...files, ...(spec.release.jetpackMajor === 4 ? iioFiles(spec) : hwmonFiles(spec)) };
}
