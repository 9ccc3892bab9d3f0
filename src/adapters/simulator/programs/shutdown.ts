import type { Halt } from '../device/simulated-device.js';
import { unsupported, type Program, type ProgramCall, type Programs } from './program.js';

/** What a plain user of a login over SSH is told, where polkit asks for somebody who can type a password. */
function refused(call: ProgramCall, halt: Halt): number {
  const [verb, target] = halt === 'reboot' ? ['reboot', 'reboot.target'] : ['power off', 'poweroff.target'];
  call.err('Failed to set wall message, ignoring: Interactive authentication required.\n');
  call.err(`Failed to ${verb} system via logind: Interactive authentication required.\n`);
  call.err(`Failed to start ${target}: Interactive authentication required.\n`);
  call.err(`See system logs and 'systemctl status ${target}' for details.\n`);
  return 1;
}

/** Ends the boot as root, or says why not. */
export function haltBy(call: ProgramCall, halt: Halt): number {
  if (!call.caller.root) return refused(call, halt);
  call.device.halt(halt);
  return 0;
}

const without =
  (halt: Halt): Program =>
  (call) =>
    call.args.length === 0 ? haltBy(call, halt) : unsupported(call);

const shutdown: Program = (call) => {
  const line = call.args.join(' ');
  if (line === '-r now') return haltBy(call, 'reboot');
  return line === '-h now' || line === '-P now' ? haltBy(call, 'poweroff') : unsupported(call);
};

/** The ways to end a boot, beside `systemctl`. */
export const shutdownPrograms: Programs = { reboot: without('reboot'), poweroff: without('poweroff'), shutdown };
