import { fanUnit } from '../device/fan-state.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { livesMs, mostRestarts, waitsMs, type Unit } from '../device/units.js';
import { startFanDaemon } from './fan.js';
import { pause, unsupported, type ProgramCall } from './program.js';

const verbs = ['start', 'stop', 'restart', 'reload', 'enable', 'disable'] as const;
type Verb = (typeof verbs)[number];

const notFoundCode = 5;
const notImplementedCode = 3;
const wanted = (unit: string): string => `/etc/systemd/system/multi-user.target.wants/${unit}`;

/** What becomes of a board's settings when a unit runs anew. */
const onStart: Readonly<Record<string, (call: ProgramCall) => void>> = {
  // It sets the mode again, and undoes jetson_clocks with it.
  'nvpmodel.service': ({ device }) => {
    device.applyMode(device.mode());
  },
  [fanUnit]: ({ device, files }) => {
    startFanDaemon(device, files);
  },
};

function said(device: SimulatedDevice, { unit }: Unit, message: string, laterMs = 0, priority = 6): void {
  device.journal.note({ identifier: 'systemd', unit, priority, message }, laterMs);
}

/** The records of a unit that exits as soon as it has started, again and again. */
function tellOfDeaths(device: SimulatedDevice, unit: Unit, code: number): void {
  for (let round = 0; round <= mostRestarts; round++) {
    const at = round * (livesMs + waitsMs) + livesMs;
    said(device, unit, `${unit.unit}: Main process exited, code=exited, status=${code}/FAILURE`, at, 5);
    said(device, unit, `${unit.unit}: Failed with result 'exit-code'.`, at, 4);
    if (round < mostRestarts)
      said(device, unit, `${unit.unit}: Scheduled restart job, restart counter is at ${round + 1}.`, at + waitsMs);
    else said(device, unit, `${unit.unit}: Start request repeated too quickly.`, at, 4);
  }
}

function start(call: ProgramCall, unit: Unit): void {
  const { device } = call;
  device.units.start(unit.unit);
  onStart[unit.unit]?.(call);
  said(device, unit, `Started ${unit.description}.`);
  const { diesWith } = device.units.behaviour(unit.unit);
  if (diesWith !== undefined && unit.process !== undefined) tellOfDeaths(device, unit, diesWith);
}

/** Stops a unit and waits for it; false where whoever waits has gone. */
async function stop(call: ProgramCall, unit: Unit): Promise<boolean> {
  const { device } = call;
  if (unit.active === 'inactive' || unit.active === 'failed') {
    if (unit.active === 'failed') device.units.stop(unit.unit);
    return true;
  }
  const { stopMs = 0 } = device.units.behaviour(unit.unit);
  if (unit.unit === fanUnit) device.fan.letGo();
  said(device, unit, `Stopping ${unit.description}...`);
  device.units.stop(unit.unit);
  said(device, unit, `${unit.unit}: Succeeded.`, stopMs);
  said(device, unit, `Stopped ${unit.description}.`, stopMs);
  return stopMs === 0 || pause(stopMs, call.signal);
}

/** Does it, once nothing speaks against it; what waits goes on by itself with `--no-block`. */
async function act(call: ProgramCall, verb: Verb, unit: Unit): Promise<number> {
  const { device } = call;
  switch (verb) {
    case 'stop':
      await stop(call, unit);
      return 0;
    case 'restart':
      if (await stop(call, unit)) start(call, unit);
      return 0;
    case 'start':
      if (unit.active !== 'active') start(call, unit);
      return 0;
    case 'reload':
      said(device, unit, `Reloaded ${unit.description}.`);
      return 0;
    case 'enable':
    case 'disable':
      if ((unit.file === 'enabled') !== (verb === 'enable')) {
        device.units.enable(unit.unit, verb === 'enable');
        const link = wanted(unit.unit);
        call.err(
          verb === 'enable' ? `Created symlink ${link} → /lib/systemd/system/${unit.unit}.\n` : `Removed ${link}.\n`,
        );
      }
      return 0;
  }
}

/** Why systemd does not do it; undefined where it does. */
function refusal(
  call: ProgramCall,
  verb: Verb,
  id: string,
  unit: Unit | undefined,
): readonly [string, number] | undefined {
  const files = verb === 'enable' || verb === 'disable';
  const see = `See system logs and 'systemctl status ${id}' for details.\n`;
  if (!call.caller.root)
    return [`Failed to ${verb} ${files ? 'unit' : id}: Interactive authentication required.\n${files ? '' : see}`, 1];
  if (unit === undefined)
    return files
      ? [`Failed to ${verb} unit: Unit file ${id} does not exist.\n`, 1]
      : [
          `Failed to ${verb} ${id}: Unit ${id} not ${verb === 'stop' || verb === 'reload' ? 'loaded' : 'found'}.\n`,
          notFoundCode,
        ];
  if (unit.file === 'masked' && verb !== 'stop' && verb !== 'disable')
    return files
      ? [`Failed to enable unit: Unit file /etc/systemd/system/${id} is masked.\n`, 1]
      : [`Failed to ${verb} ${id}: Unit ${id} is masked.\n`, 1];
  if (verb !== 'reload') return undefined;
  if (unit.reloads !== true)
    return [`Failed to reload ${id}: Job type reload is not applicable for unit ${id}.\n${see}`, notImplementedCode];
  return unit.active === 'active' ? undefined : [`${id} is not active, cannot reload.\n`, 1];
}

/** `systemctl [--no-block] VERB [--] UNIT`. */
export async function controlUnit(call: ProgramCall): Promise<number> {
  const words = call.args.filter((arg) => arg !== '--no-block' && arg !== '--');
  const verb = verbs.find((known) => known === words[0]);
  const [, name] = words;
  if (
    verb === undefined ||
    name === undefined ||
    words.length !== 2 ||
    !/^[\w@:.-]+$/.test(name) ||
    name.startsWith('-')
  )
    return unsupported(call);
  const unit = call.device.units.find(name);
  const refused = refusal(call, verb, unit?.unit ?? (name.includes('.') ? name : `${name}.service`), unit);
  if (refused !== undefined) {
    call.err(refused[0]);
    return refused[1];
  }
  if (unit === undefined) return unsupported(call);
  if (!call.args.includes('--no-block')) return act(call, verb, unit);
  // What was asked for outlives the one who asked.
  void act({ ...call, signal: new AbortController().signal }, verb, unit);
  return 0;
}
