import type { SimulatedDevice } from '../device/simulated-device.js';
import { coreRanges, onlineCores } from '../layers/clocks.js';

function fanLines({ spec, fan }: SimulatedDevice): string[] {
  if (spec.fan === 'pwm-fan') return [`Fan: speed=${fan.pwm}`];
  const line = `FAN Dynamic Speed Control=${fan.steered ? 'nvfancontrol' : 'disabled'} hwmon0_pwm1`;
  return [`${line}=${fan.pwm}`, ...(spec.release.jetpackMajor >= 7 ? [`${line}_enable=${fan.enable}`] : [])];
}

/** From L4T 39 on a held memory clock shows by its lowest alone; before, by FreqOverride alone. */
function emcLine(device: SimulatedDevice): string {
  const { spec, clocks } = device;
  const max = device.mode().emcMaxHz ?? spec.emc.maxHz;
  const hasOverride = Number.parseInt(spec.release.l4t, 10) < 39;
  const min = clocks.emcPinned && !hasOverride ? max : spec.emc.minHz;
  const override = hasOverride ? ` FreqOverride=${clocks.emcPinned ? 1 : 0}` : '';
  return `EMC MinFreq=${min} MaxFreq=${max} CurrentFreq=${Math.round(device.load().emcHz)}${override}`;
}

/** What `jetson_clocks --show` prints. */
export function clocksShown(device: SimulatedDevice): string {
  const { spec } = device;
  const mode = device.mode();
  const load = device.load();
  const online = onlineCores(device);
  const modern = spec.release.jetpackMajor >= 7;
  const idle = device.clocks.idle ? 1 : 0;
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
    const domain = spec.cpu.domains.findIndex((members) => members.includes(core));
    const { min, max } = device.clocks.cpu(domain);
    const label = modern || spec.release.jetpackMajor === 6 ? `cpu${core}: `.padEnd(7) : `cpu${core}: `;
    lines.push(
      `${label}${on}Governor=${device.clocks.governor(domain)} MinFreq=${min} MaxFreq=${max} CurrentFreq=${load.cpuKHz[core] ?? spec.cpu.minKHz} IdleStates: WFI=${idle} ${deepest}=${idle} `,
    );
  }
  const names =
    spec.gpu.loadPath === undefined ? spec.gpu.devfreq.map((path) => path.slice(path.lastIndexOf('/') + 1)) : ['GPU'];
  for (const [index, name] of names.entries())
    lines.push(
      `${name} MinFreq=${device.clocks.gpu(index).min} MaxFreq=${device.clocks.gpu(index).max} CurrentFreq=${load.gpuHz}`,
    );
  if (spec.gpu.tpcs !== undefined && spec.release.jetpackMajor >= 6) lines.push(`Active GPU TPCs: ${spec.gpu.tpcs}`);
  lines.push(emcLine(device), ...fanLines(device));
  lines.push(`NV Power Mode: ${mode.name}`);
  return `${lines.join('\n')}\n`;
}
