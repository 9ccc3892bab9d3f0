import { processesOf } from '../device/processes.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import type { Unit } from '../device/units.js';
import { haltBy } from './shutdown.js';
import { controlUnit } from './unit-control.js';
import { unsupported, type Program, type Programs } from './program.js';

const listUnits = 'list-units --type=service --all --full --plain --no-legend --no-pager';
const listFiles = 'list-unit-files --type=service --full --no-legend --no-pager';
const oneshot = (unit: Unit | undefined): boolean => unit?.process === undefined;
const loadState = (unit: Unit | undefined): string =>
  unit === undefined ? 'not-found' : unit.file === 'masked' ? 'masked' : 'loaded';

function valuesOf(device: SimulatedDevice, name: string): ReadonlyMap<string, string> {
  const unit = device.units.find(name);
  const id = name.includes('.') ? name : `${name}.service`;
  const memory = processesOf(device).find((process) => process.unit === id)?.rssKB;
  const died = unit?.exitCode !== undefined;
  return new Map(
    Object.entries({
      Type: oneshot(unit) ? 'oneshot' : 'simple',
      Restart: oneshot(unit) ? 'no' : 'on-failure',
      MainPID: String(unit?.pid ?? 0),
      NRestarts: String(unit?.restarts ?? 0),
      ExecMainCode: died ? '1' : '0',
      ExecMainStatus: String(unit?.exitCode ?? 0),
      Result: died ? 'exit-code' : 'success',
      MemoryCurrent: memory === undefined ? '[not set]' : String(memory * 1024),
      Id: id,
      Description: unit?.description ?? id,
      LoadState: loadState(unit),
      ActiveState: unit?.active ?? 'inactive',
      SubState: unit?.sub ?? 'dead',
      UnitFileState: unit?.file ?? '',
      CanReload: unit?.reloads === true ? 'yes' : 'no',
      InactiveEnterTimestampMonotonic: String(Math.round((unit?.inactiveAtMs ?? 0) * 1000)),
      ActiveEnterTimestampMonotonic: String(Math.round((unit?.activeAtMs ?? 0) * 1000)),
      NeedDaemonReload: 'no',
      Job: unit?.active === 'deactivating' ? '1' : '',
    }),
  );
}

/** `systemctl show` of one unit; undefined where a property is asked that the simulator does not know. */
function show(device: SimulatedDevice, args: readonly string[]): string | undefined {
  const [, pager, option, properties = '', dashes, name, ...more] = args;
  if ([pager, option, dashes].join(' ') !== '--no-pager -p --' || name === undefined || more.length > 0)
    return undefined;
  const values = valuesOf(device, name);
  const asked = new Set(properties.split(','));
  if ([...asked].some((property) => !values.has(property))) return undefined;
  return [...values].map(([key, value]) => (asked.has(key) ? `${key}=${value}\n` : '')).join('');
}

function systemState(device: SimulatedDevice): string {
  if (device.halting) return 'stopping';
  return device.units.all().some(({ active }) => active === 'failed') ? 'degraded' : 'running';
}

const systemctl: Program = (call) => {
  const { args, device } = call;
  const line = args.join(' ');
  const verb = args.filter((arg) => arg !== '--no-block').join(' ');
  if (line === listUnits) {
    for (const unit of device.units.all())
      call.out(`${unit.unit} ${loadState(unit)} ${unit.active} ${unit.sub} ${unit.description}\n`);
  } else if (line === listFiles) {
    for (const { unit, file } of device.units.all())
      call.out(`${unit} ${file} ${file === 'static' ? '-' : 'enabled'}\n`);
  } else if (line === 'is-system-running') {
    const state = systemState(device);
    call.out(`${state}\n`);
    return state === 'running' ? 0 : 1;
  } else if (args[0] === 'is-active' && args.length === 2) {
    const active = device.units.find(args[1] ?? '')?.active ?? 'inactive';
    call.out(`${active}\n`);
    return active === 'active' ? 0 : 3;
  } else if (verb === 'reboot' || verb === 'poweroff') {
    return haltBy(call, verb);
  } else if (line === 'show -p Environment docker.service') {
    call.out('Environment=\n');
  } else if (args[0] === 'show') {
    const shown = show(device, args);
    if (shown === undefined) return unsupported(call);
    call.out(shown);
  } else {
    return controlUnit(call);
  }
  return 0;
};

/** Services. */
export const servicePrograms: Programs = { systemctl };
