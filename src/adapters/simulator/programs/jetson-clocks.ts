import { fanUnit } from '../device/fan-state.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { storedFiles, onlineCores } from '../layers/clocks.js';
import { clocksShown } from './clocks-shown.js';
import { uidOfCaller, unsupported, type Program, type ProgramCall, type Programs } from './program.js';
import { writeTo } from './tee.js';

const defaultStore = '/root/l4t_dfs.conf';
const fullPwm = 255;

/** Holds every clock at the highest that its policy allows, as far as its cores are on. */
function maximise(device: SimulatedDevice): void {
  const { clocks, spec } = device;
  const online = onlineCores(device);
  for (const [domain, members] of spec.cpu.domains.entries())
    if (members.some((core) => online.includes(core))) clocks.setCpu(domain, { min: clocks.cpu(domain).max });
  for (const index of spec.gpu.devfreq.keys()) clocks.setGpu(index, { min: clocks.gpu(index).max });
  clocks.emcPinned = true;
  clocks.idle = false;
  device.touch();
}

function fanToFull(device: SimulatedDevice): void {
  if (device.spec.fan === 'hwmon') device.units.stop(fanUnit);
  device.fan.kernelSteers = false;
  device.fan.setPwm(fullPwm);
}

async function store(call: ProgramCall, path: string): Promise<number> {
  const { device, files } = call;
  if (files.node(path, uidOfCaller(call)) !== undefined) {
    call.out(`File ${path} already exists. Can I overwrite it? Y/N:\n`);
    const answer = await call.input.line();
    if (answer !== 'y' && answer !== 'Y') {
      call.out(`Error: file ${path} already exists!\n`);
      return 1;
    }
  }
  const lines = storedFiles(device.spec).flatMap((stored) => {
    const node = files.node(stored, 0);
    const value = node === undefined ? undefined : files.contentOf(node)?.toString().trim();
    return value === undefined ? [] : [`${stored}:${value}\n`];
  });
  const refused = writeTo(call, path, lines.join(''));
  if (refused !== undefined) call.err(`/usr/bin/jetson_clocks: line 190: ${path}: ${refused}\n`);
  return refused === undefined ? 0 : 1;
}

function restore(call: ProgramCall, path: string): number {
  const node = call.files.node(path, uidOfCaller(call));
  const text = node === undefined ? undefined : call.files.contentOf(node)?.toString();
  if (text === undefined) {
    call.out(`Error: ${path} file not found!\n`);
    return 1;
  }
  for (const [, stored = '', value = ''] of text.matchAll(/^(\/[^:\n]+):(.*)$/gm))
    if (storedFiles(call.device.spec).includes(stored)) writeTo(call, stored, value);
  return 0;
}

const jetsonClocks: Program = (call) => {
  const { device, args } = call;
  const [option, path = defaultStore, ...more] = args;
  const known = [undefined, '--show', '--store', '--restore', '--fan'].includes(option);
  const hasPath = option === '--store' || option === '--restore';
  if (!known || more.length > 0 || (!hasPath && args.length > 1) || !path.startsWith('/')) return unsupported(call);
  if (!call.caller.root) {
    call.out('Error: Run this script(/usr/bin/jetson_clocks) as a root user\n');
    return 1;
  }
  if (option === '--store') return store(call, path);
  if (option === '--restore') return restore(call, path);
  if (option === '--show') {
    call.out(clocksShown(device));
    return 0;
  }
  maximise(device);
  // Before JetPack 5 the fan went along without being asked.
  if (option === '--fan' || device.spec.release.jetpackMajor === 4) fanToFull(device);
  if (device.spec.gpu.loadPath === undefined)
    call.out('Enabled Legacy persistence mode for GPU 00000000:01:00.0.\nAll done.\n');
  return 0;
};

/** Clocks. */
export const clockPrograms: Programs = { jetson_clocks: jetsonClocks };
