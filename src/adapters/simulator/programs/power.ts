import type { PowerMode } from '../boards/board-spec.js';
import { coreRanges, gpuMinHz, onlineCores } from '../layers/clocks.js';
import { fanPwm } from '../layers/thermal.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { prints, unsupported, type Program, type ProgramCall, type Programs } from './program.js';

function modeLines(device: SimulatedDevice): string {
  const { spec } = device;
  const mode = device.mode();
  const first =
    spec.release.jetpackMajor > 4
      ? ''
      : spec.soc === 'tegra210'
        ? 'NVPM WARN: fan mode is not set!\n'
        : 'NV Fan Mode:quiet\n';
  return `${first}NV Power Mode: ${mode.name}\n${mode.id}\n`;
}

const unlimited = 2_147_483_647;

function verbose(call: ProgramCall): string {
  const { device } = call;
  const { spec } = device;
  const mode: PowerMode = device.mode();
  const gpu = spec.gpu.devfreq[0] ?? '';
  const param = (name: string, arg: string, path: string, real: string | number, conf: string | number): string =>
    `NVPM VERB: PARAM ${name}: ARG ${arg}: PATH ${path}: REAL_VAL: ${real} CONF_VAL: ${conf}`;
  const lines = ['NVPM VERB: Config file: /etc/nvpmodel.conf', 'NVPM VERB: parsing done for /etc/nvpmodel.conf'];
  lines.push(`NVPM VERB: Current mode: NV Power Mode: ${mode.name}`, String(mode.id));
  for (let core = 0; core < spec.cpu.cores; core++) {
    const on = mode.off.includes(core) ? 0 : 1;
    lines.push(param('CPU_ONLINE', `CORE_${core}`, `/sys/devices/system/cpu/cpu${core}/online`, on, on));
  }
  const folder = spec.release.jetpackMajor >= 6 ? '/sys/devices/platform/gpu.0' : '/sys/devices/gpu.0';
  if (mode.tpcMask !== undefined)
    lines.push(param('TPC_POWER_GATING', 'TPC_PG_MASK', `${folder}/tpc_pg_mask`, mode.tpcMask, mode.tpcMask));
  for (const [index, members] of spec.cpu.domains.entries()) {
    const path = `/sys/devices/system/cpu/cpu${members[0] ?? 0}/cpufreq`;
    lines.push(param(`CPU_${index}`, 'MIN_FREQ', `${path}/scaling_min_freq`, spec.cpu.minKHz, 0));
    lines.push(param(`CPU_${index}`, 'MAX_FREQ', `${path}/scaling_max_freq`, mode.cpuMaxKHz, mode.cpuMaxKHz));
  }
  lines.push(
    param('GPU', 'MIN_FREQ', `${gpu}/min_freq`, gpuMinHz(device), 0),
    param('GPU', 'MAX_FREQ', `${gpu}/max_freq`, mode.gpuMaxHz, mode.gpuMaxHz),
  );
  const emc = '/sys/kernel/nvpmodel_clk_cap/emc';
  if (call.caller.root) lines.push(param('EMC', 'MAX_FREQ', emc, mode.emcMaxHz ?? unlimited, mode.emcMaxHz ?? 0));
  else
    lines.push(
      `NVPM ERROR: Error opening ${emc}: 13`,
      `NVPM ERROR: failed to read PARAM EMC: ARG MAX_FREQ: PATH ${emc}`,
    );
  return `${lines.join('\n')}\n`;
}

const nvpmodel: Program = (call) => {
  if (call.args.join(' ') === '-q') {
    call.out(modeLines(call.device));
  } else if (call.args.join(' ') === '-q --verbose') {
    call.out(verbose(call));
  } else {
    return unsupported(call);
  }
  return 0;
};

function clocksShown({ device }: ProgramCall): string {
  const { spec } = device;
  const mode = device.mode();
  const load = device.load();
  const online = onlineCores(device);
  const modern = spec.release.jetpackMajor >= 7;
  const deepest = spec.soc === 'tegra264' ? 'cc7' : 'c7';
  const offline = Array.from({ length: spec.cpu.cores }, (_, core) => core).filter((core) => !online.includes(core));
  const lines = [`SOC family:${spec.soc}  Machine:${spec.model}`];
  lines.push(
    modern
      ? `Online CPUs: ${coreRanges(online)}, Offline CPUs: ${coreRanges(offline)}`
      : `Online CPUs: ${coreRanges(online)}`,
  );
  if (spec.release.jetpackMajor === 4) lines.push('CPU Cluster Switching: Disabled');
  for (let core = 0; core < spec.cpu.cores; core++) {
    const on = modern ? '' : `Online=${online.includes(core) ? 1 : 0} `;
    const label = modern || spec.release.jetpackMajor === 6 ? `cpu${core}: `.padEnd(7) : `cpu${core}: `;
    lines.push(
      `${label}${on}Governor=schedutil MinFreq=${spec.cpu.minKHz} MaxFreq=${mode.cpuMaxKHz} CurrentFreq=${load.cpuKHz[core] ?? spec.cpu.minKHz} IdleStates: WFI=1 ${deepest}=1 `,
    );
  }
  const names =
    spec.gpu.loadPath === undefined ? spec.gpu.devfreq.map((path) => path.slice(path.lastIndexOf('/') + 1)) : ['GPU'];
  for (const name of names)
    lines.push(`${name} MinFreq=${gpuMinHz(device)} MaxFreq=${mode.gpuMaxHz} CurrentFreq=${load.gpuHz}`);
  if (spec.gpu.tpcs !== undefined && spec.release.jetpackMajor >= 6) lines.push(`Active GPU TPCs: ${spec.gpu.tpcs}`);
  const force = modern ? '' : ' FreqOverride=0';
  lines.push(
    `EMC MinFreq=${spec.emc.minHz} MaxFreq=${mode.emcMaxHz ?? spec.emc.maxHz} CurrentFreq=${Math.round(load.emcHz)}${force}`,
  );
  if (spec.fan === 'pwm-fan') lines.push(`Fan: speed=${fanPwm(device)}`);
  else lines.push(`FAN Dynamic Speed Control=nvfancontrol hwmon0_pwm1=${fanPwm(device)}`);
  lines.push(`NV Power Mode: ${mode.name}`);
  return `${lines.join('\n')}\n`;
}

const jetsonClocks: Program = (call) => {
  if (call.args.join(' ') !== '--show') return unsupported(call);
  if (!call.caller.root) {
    call.out('Error: Run this script(/usr/bin/jetson_clocks) as a root user\n');
    return 1;
  }
  call.out(clocksShown(call));
  return 0;
};

const nvfancontrol: Program = (call) => {
  if (call.args.join(' ') !== '-q') return unsupported(call);
  if (!call.caller.root) {
    call.out('NVFAN ERROR: Sudo permissions are required to execute nvfancontrol user daemon\n');
    return 1;
  }
  call.out('FAN1:FAN_PROFILE:cool\nFAN1:FAN_GOVERNOR:cont\nFAN1:FAN_CONTROL:close_loop\n');
  return 0;
};

/** Power mode, clocks and fan. */
export const powerPrograms: Programs = { nvpmodel, jetson_clocks: jetsonClocks };

/** JetPack 5 and later bring the fan service. */
export const fanPrograms: Programs = { nvfancontrol };

/** Thor alone answers nvidia-smi with a load. */
export const thorPrograms: Programs = {
  'nvidia-smi': prints(
    ['--query-gpu=name,utilization.gpu', '--format=csv,noheader,nounits'],
    ({ device }) => `NVIDIA Thor, ${Math.round(device.load().gpu * 100)}\n`,
  ),
};
