import type { BoardSpec } from '../boards/board-spec.js';
import { railMilliwatts } from '../layers/power.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { pause, unsupported, type Program } from './program.js';

/** Running figures since tegrastats started: averages and peaks are told from then on. */
interface Since {
  lines: number;
  readonly sums: Map<string, number>;
  readonly peaks: Map<string, number>;
}

const MHz = (hz: number): number => Math.round(hz / 1_000_000);
const percent = (share: number): number => Math.round(share * 100);

function stamp(device: SimulatedDevice): string {
  const [date = '', time = ''] = new Date(device.nowMs()).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${month}-${day}-${year} ${time.slice(0, 8)}`;
}

function memory(device: SimulatedDevice): string[] {
  const { spec } = device;
  const load = device.load();
  const items = [
    `RAM ${load.ramUsedMB}/${spec.ramMB}MB (lfb ${Math.max(1, Math.floor((spec.ramMB - load.ramUsedMB) / 90))}x4MB)`,
  ];
  if (spec.swap.kind === 'zram')
    items.push(
      `SWAP ${load.swapUsedMB}/${spec.swap.devices * spec.swap.eachMB}MB (cached ${Math.floor(load.swapUsedMB / 80)}MB)`,
    );
  return items;
}

function emcItem(spec: BoardSpec, device: SimulatedDevice, root: boolean): string[] {
  const { emc, emcHz } = device.load();
  if (root) return [`EMC_FREQ ${percent(emc)}%@${MHz(emcHz)}`];
  return spec.release.jetpackMajor <= 5 ? ['EMC_FREQ 0%'] : [];
}

function gpuItems(spec: BoardSpec, device: SimulatedDevice, root: boolean): string[] {
  const { gpu, gpuHz } = device.load();
  const thor = spec.gpu.loadPath === undefined;
  if (!root) return thor ? [] : [`GR3D_FREQ ${percent(gpu)}%`];
  const clocks = Array.from({ length: spec.gpu.clusters }, () => MHz(gpuHz)).join(',');
  const use = thor && spec.release.l4t.startsWith('38.') ? '' : `${percent(gpu)}%`;
  return [`GR3D_FREQ ${use}@${spec.gpu.bracketed ? `[${clocks}]` : clocks}`];
}

function shownTemperature(celsius: number): string {
  return String(Math.floor(celsius * 32) / 32).replace(/(\.\d{3})\d+/, '$1');
}

function temperatures(spec: BoardSpec, device: SimulatedDevice, since: Since): string[] {
  return spec.shownZones.flatMap(([name, type]) => {
    const zone = spec.zones.find((candidate) => candidate.type === type);
    const celsius = zone === undefined ? undefined : device.celsius(zone);
    if (celsius === undefined) return [];
    const peak = Math.max(celsius, since.peaks.get(name) ?? celsius);
    since.peaks.set(name, peak);
    const now = shownTemperature(spec.release.jetpackMajor === 4 ? Math.round(celsius * 2) / 2 : celsius);
    return [spec.release.l4t.startsWith('39.') ? `${name}@${now}C/${shownTemperature(peak)}C` : `${name}@${now}C`];
  });
}

function rails(spec: BoardSpec, device: SimulatedDevice, since: Since): string[] {
  const all = [...spec.rails, ...(spec.inputMonitor === undefined ? [] : [spec.inputMonitor])];
  return all.map((rail) => {
    const now = railMilliwatts(device, rail);
    const sum = (since.sums.get(rail.name) ?? 0) + now;
    since.sums.set(rail.name, sum);
    const average = Math.round(sum / since.lines);
    if (spec.release.jetpackMajor === 4) return `${rail.name} ${now}/${average}`;
    const key = `rail ${rail.name}`;
    const peak = Math.max(now, since.peaks.get(key) ?? now);
    since.peaks.set(key, peak);
    return spec.release.l4t.startsWith('39.')
      ? `${rail.name} ${now}mW/${average}mW/${peak}mW`
      : `${rail.name} ${now}mW/${average}mW`;
  });
}

/** One line of tegrastats, in the form of the board's release. */
function line(device: SimulatedDevice, root: boolean, since: Since): string {
  const { spec } = device;
  const load = device.load();
  since.lines++;
  const cpu = load.cpu.map((share, core) =>
    share === undefined ? 'off' : `${percent(share)}%@${Math.floor((load.cpuKHz[core] ?? 0) / 1000)}`,
  );
  return [
    ...(spec.release.jetpackMajor >= 5 ? [stamp(device)] : []),
    ...memory(device),
    ...(spec.soc === 'tegra210' && root ? ['IRAM 0/252kB(lfb 252kB)'] : []),
    `CPU [${cpu.join(',')}]`,
    ...emcItem(spec, device, root),
    ...gpuItems(spec, device, root),
    ...(root ? spec.engines : []),
    ...temperatures(spec, device, since),
    ...rails(spec, device, since),
  ].join(' ');
}

/** A line after every interval, for ever. */
export const tegrastats: Program = async (call) => {
  const [flag, value, ...rest] = call.args;
  const given =
    flag === undefined ? 1000 : flag === '--interval' && /^\d{1,7}$/.test(value ?? '') ? Number(value) : undefined;
  if (given === undefined || rest.length > 0) return unsupported(call);
  const since: Since = { lines: 0, sums: new Map(), peaks: new Map() };
  while (await pause(Math.max(1, given), call.signal)) call.out(`${line(call.device, call.caller.root, since)}\n`);
  return 143;
};
