import { mainPids, processesOf, servicesOf, type Service } from '../device/services.js';
import type { SimulatedDevice } from '../device/simulated-device.js';
import { unsupported, type Program, type ProgramCall, type Programs } from './program.js';

const listUnits = 'list-units --type=service --all --full --plain --no-legend --no-pager';
const listFiles = 'list-unit-files --type=service --full --no-legend --no-pager';
const properties =
  'Id,Description,LoadState,ActiveState,SubState,UnitFileState,Type,Restart,Result,ExecMainCode,ExecMainStatus,MainPID,NRestarts,MemoryCurrent,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic,NeedDaemonReload';

function activeState(service: Service): string {
  if (service.state === 'failed') return 'failed';
  return service.state === 'dead' ? 'inactive' : 'active';
}

function show(device: SimulatedDevice, name: string): string {
  const unit = name.includes('.') ? name : `${name}.service`;
  const service = servicesOf(device).find((candidate) => candidate.unit === unit);
  const pid = mainPids(device).get(unit);
  const memory = processesOf(device).find((process) => process.unit === unit)?.rssKB;
  const failed = service?.state === 'failed';
  const values: Record<string, string> = {
    Type: service?.state === 'exited' || service?.state === 'dead' ? 'oneshot' : 'simple',
    Restart: service?.process === undefined ? 'no' : 'on-failure',
    MainPID: String(pid ?? 0),
    NRestarts: failed ? '5' : '0',
    ExecMainCode: failed ? '1' : '0',
    ExecMainStatus: failed ? '1' : '0',
    Result: failed ? 'exit-code' : 'success',
    MemoryCurrent: memory === undefined ? '[not set]' : String(memory * 1024),
    Id: unit,
    Description: service?.description ?? unit,
    LoadState: service === undefined ? 'not-found' : 'loaded',
    ActiveState: service === undefined ? 'inactive' : activeState(service),
    SubState: service?.state ?? 'dead',
    UnitFileState: service?.file ?? '',
    InactiveEnterTimestampMonotonic: failed ? '95000000' : '0',
    ActiveEnterTimestampMonotonic: service?.state === 'running' || service?.state === 'exited' ? '21000000' : '0',
    NeedDaemonReload: 'no',
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

const systemctl: Program = (call: ProgramCall) => {
  const { args, device } = call;
  const line = args.join(' ');
  if (line === listUnits) {
    for (const service of servicesOf(device)) {
      call.out(`${service.unit} loaded ${activeState(service)} ${service.state} ${service.description}\n`);
    }
    return 0;
  }
  if (line === listFiles) {
    for (const service of servicesOf(device))
      call.out(`${service.unit} ${service.file} ${service.file === 'static' ? '-' : 'enabled'}\n`);
    return 0;
  }
  const unit = args[5];
  if (args.length !== 6 || unit === undefined || args.slice(0, 5).join(' ') !== `show --no-pager -p ${properties} --`)
    return unsupported(call);
  call.out(show(device, unit));
  return 0;
};

/** Services. */
export const servicePrograms: Programs = { systemctl };
