import type { PowerMode } from '../boards/board-spec.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { unsupported, type Program, type ProgramCall, type Programs } from './program.js';

function modeLines(device: SimulatedDevice): string {
  const { spec } = device;
  const mode = device.mode();
  const first =
    spec.release.jetpackMajor > 4
      ? ''
      : spec.soc === 'tegra210'
        ? 'NVPM WARN: fan mode is not set!\n'
        : `NV Fan Mode:${device.fan.profile}\n`;
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
    const { min, max } = device.clocks.cpu(index);
    lines.push(param(`CPU_${index}`, 'MIN_FREQ', `${path}/scaling_min_freq`, min, 0));
    lines.push(param(`CPU_${index}`, 'MAX_FREQ', `${path}/scaling_max_freq`, max, mode.cpuMaxKHz));
  }
  lines.push(
    param('GPU', 'MIN_FREQ', `${gpu}/min_freq`, device.clocks.gpu(0).min, 0),
    param('GPU', 'MAX_FREQ', `${gpu}/max_freq`, device.clocks.gpu(0).max, mode.gpuMaxHz),
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

/** What a plain user is told: nothing can be opened (13 is EACCES). */
function refused(call: ProgramCall, mode: PowerMode): void {
  const path = '/sys/devices/system/cpu/cpu0/online';
  const value = mode.off.includes(0) ? 0 : 1;
  call.err(`NVPM ERROR: Error opening ${path}: 13\n`);
  call.err(`NVPM ERROR: failed to write PARAM CPU_ONLINE: ARG CORE_0: PATH ${path}: VAL: ${value}\n`);
  call.err('NVPM ERROR: failed to set power mode!\n');
}

/** Asks for the reboot that the new mode needs; true where the answer was yes. */
async function rebootAgreed(call: ProgramCall, mode: PowerMode): Promise<boolean> {
  if (call.device.goldenContext) call.out('NVPM WARN: Golden image context is already created\n');
  call.out(`NVPM WARN: Reboot required for changing to this power mode: ${mode.id}\n`);
  call.out('NVPM WARN: DO YOU WANT TO REBOOT NOW? enter YES/yes to confirm:\n');
  const answer = await call.input.line();
  if (answer === 'YES' || answer === 'yes') return true;
  if (answer === undefined) call.err('NVPM ERROR: bad input!\n');
  call.err('NVPM ERROR: optMask is 1, no request for power mode\n');
  return false;
}

/** Changes the mode. The exit code tells nothing, as on a real board. */
async function setMode(call: ProgramCall, id: number, force: boolean): Promise<number> {
  const { device } = call;
  const mode = device.spec.modes.find((candidate) => candidate.id === id);
  if (mode === undefined) {
    call.err(`NVPM ERROR: Invalid power mode: ${id}\nNVPM ERROR: optMask is 1, no request for power mode\n`);
    return 0;
  }
  if (!call.caller.root) {
    refused(call, mode);
    return 0;
  }
  const current = device.mode();
  const reboots = mode.tpcMask !== current.tpcMask || (device.goldenContext && mode.id !== current.id);
  if (!reboots) {
    device.applyMode(mode);
    return 0;
  }
  if (!force && !(await rebootAgreed(call, mode))) return 0;
  call.out('NVPM WARN: rebooting\n');
  device.saveMode(mode);
  device.halt('reboot');
  return 0;
}

/** JetPack 4 on TX2 and Xavier: nvpmodel steers the fan too. */
function setsFan({ args, device: { spec } }: ProgramCall): boolean {
  const has = spec.release.jetpackMajor === 4 && spec.soc !== 'tegra210';
  return has && args.length === 2 && ['quiet', 'cool'].includes(args[1] ?? '');
}

const nvpmodel: Program = (call) => {
  const [option, value = '', ...rest] = call.args;
  const line = call.args.join(' ');
  if (line === '-q' || line === '--query') {
    call.out(modeLines(call.device));
  } else if (line === '-q --verbose') {
    call.out(verbose(call));
  } else if (
    (option === '-m' || option === '--mode') &&
    /^\d{1,3}$/.test(value) &&
    /^(?:--force)?$/.test(rest.join(' '))
  ) {
    return setMode(call, Number(value), rest.length > 0);
  } else if (option === '-d' && setsFan(call)) {
    if (call.caller.root) call.device.fan.profile = value;
    else call.err('NVPM ERROR: Error opening /var/lib/nvpmodel/status: 13\n');
  } else {
    return unsupported(call);
  }
  return 0;
};

/** Power modes. */
export const modePrograms: Programs = { nvpmodel };
