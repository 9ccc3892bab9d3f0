import { fanUnit } from '../device/fan-state.js';
import type { FileView } from '../device/file-view.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { unsupported, type Program, type Programs } from './program.js';
import { writeTo } from './tee.js';

const conf = '/etc/nvfancontrol.conf';
const status = '/var/lib/nvfancontrol/status';
const told = (profile: string): string =>
  `FAN1:FAN_PROFILE:${profile}\nFAN1:FAN_GOVERNOR:cont\nFAN1:FAN_CONTROL:close_loop\n`;

/** The daemon starts: the profile that it remembers, else that of its configuration, is in force. */
export function startFanDaemon(device: SimulatedDevice, files: FileView): void {
  if (device.units.find(fanUnit)?.active !== 'active') return;
  const textOf = (path: string): string => {
    const node = files.node(path, 0);
    return (node === undefined ? undefined : files.contentOf(node)?.toString()) ?? '';
  };
  const remembered = /^FAN1:FAN_PROFILE:(\w+)$/m.exec(textOf(status))?.[1];
  const configured = /^[ \t]*FAN_DEFAULT_PROFILE[ \t]+(\w+)/m.exec(textOf(conf))?.[1];
  device.fan.profile = remembered ?? configured ?? 'quiet';
  files.put('/var/lib/nvfancontrol', { kind: 'directory', readers: 'all' });
  files.put(status, { kind: 'file', readers: 'all', content: told(device.fan.profile) });
}

const nvfancontrol: Program = (call) => {
  if (call.args.join(' ') !== '-q') return unsupported(call);
  if (!call.caller.root) {
    call.out('NVFAN ERROR: Sudo permissions are required to execute nvfancontrol user daemon\n');
    return 1;
  }
  call.out(told(call.device.fan.profile));
  return 0;
};

/** The one substitution that setting a profile takes. */
const profileLine = /^s\/\^\(\[\[:space:\]\]\*FAN_DEFAULT_PROFILE\)\[\[:space:\]\]\+\.\*\$\/\\1 (\w{1,32})\/$/;

const sed: Program = (call) => {
  const [inPlace, follow, extended, script = '', path = '', ...more] = call.args;
  const profile = profileLine.exec(script)?.[1];
  if ([inPlace, follow, extended].join(' ') !== '-i --follow-symlinks -E' || profile === undefined || more.length > 0)
    return unsupported(call);
  const node = call.files.node(path, 0);
  const text = node === undefined ? undefined : call.files.contentOf(node)?.toString();
  if (text === undefined) {
    call.err(`sed: can't read ${path}: No such file or directory\n`);
    return 2;
  }
  const changed = text.replace(/^([ \t]*FAN_DEFAULT_PROFILE)[ \t]+.*$/gm, `$1 ${profile}`);
  const refused = writeTo(call, path, changed);
  if (refused === undefined) return 0;
  call.err(`sed: couldn't open temporary file ${path.replace(/[^/]*$/, '')}sedXXXXXX: ${refused}\n`);
  return 4;
};

const rm: Program = (call) => {
  if (call.args.join(' ') !== `-f ${status}`) return unsupported(call);
  if (!call.caller.root) {
    call.err(`rm: cannot remove '${status}': Permission denied\n`);
    return 1;
  }
  call.files.remove(status);
  return 0;
};

/** JetPack 5 and later bring the fan service; what changes its settings comes with it. */
export const fanPrograms: Programs = { nvfancontrol, sed, rm };
