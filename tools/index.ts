import type { DeviceResource } from '../src/ports/resource.js';
import type { Tool } from '../src/ports/tool.js';
import { DeviceAdd } from './device/device_add.js';
import { DeviceDescribe } from './device/device_describe.js';
import { DeviceDoctor } from './device/device_doctor.js';
import { DeviceEdit } from './device/device_edit.js';
import { DeviceList } from './device/device_list.js';
import { DeviceRemove } from './device/device_remove.js';
import { DeviceTrust } from './device/device_trust.js';
import { ClocksSet } from './hardware/clocks_set.js';
import { ClocksStatus } from './hardware/clocks_status.js';
import { CpuSetGovernor } from './hardware/cpu_set_governor.js';
import { FanSet } from './hardware/fan_set.js';
import { FanStatus } from './hardware/fan_status.js';
import { HardwareStats } from './hardware/hardware_stats.js';
import { HardwareThrottle } from './hardware/hardware_throttle.js';
import { HardwareWatch } from './hardware/hardware_watch.js';
import { PowerModes } from './hardware/power_modes.js';
import { PowerSetMode } from './hardware/power_set_mode.js';
import { SensorRead } from './hardware/sensor_read.js';
import { gpuStatusResource } from './resources/gpu-status.js';
import { powerModeResource } from './resources/power-mode.js';
import { temperatureResource } from './resources/temperature.js';
import { CommandRun } from './system/command_run.js';
import { FileList } from './system/file_list.js';
import { FileRead } from './system/file_read.js';
import { FileWrite } from './system/file_write.js';
import { JobList } from './system/job_list.js';
import { JobOutput } from './system/job_output.js';
import { JobStart } from './system/job_start.js';
import { JobStop } from './system/job_stop.js';
import { ServiceControl } from './system/service_control.js';
import { ServiceList } from './system/service_list.js';
import { ServiceStatus } from './system/service_status.js';
import { SystemInfo } from './system/system_info.js';
import { SystemLogs } from './system/system_logs.js';
import { SystemNetwork } from './system/system_network.js';
import { SystemProcesses } from './system/system_processes.js';
import { SystemReboot } from './system/system_reboot.js';
import { SystemShutdown } from './system/system_shutdown.js';
import { SystemStorage } from './system/system_storage.js';

/** Every tool there is. */
export const tools: readonly Tool[] = [
  new DeviceAdd(),
  new DeviceDescribe(),
  new DeviceDoctor(),
  new DeviceEdit(),
  new DeviceList(),
  new DeviceRemove(),
  new DeviceTrust(),
  new ClocksSet(),
  new ClocksStatus(),
  new CpuSetGovernor(),
  new FanSet(),
  new FanStatus(),
  new HardwareStats(),
  new HardwareThrottle(),
  new HardwareWatch(),
  new PowerModes(),
  new PowerSetMode(),
  new SensorRead(),
  new CommandRun(),
  new FileList(),
  new FileRead(),
  new FileWrite(),
  new JobList(),
  new JobOutput(),
  new JobStart(),
  new JobStop(),
  new ServiceControl(),
  new ServiceList(),
  new ServiceStatus(),
  new SystemInfo(),
  new SystemLogs(),
  new SystemNetwork(),
  new SystemProcesses(),
  new SystemReboot(),
  new SystemShutdown(),
  new SystemStorage(),
];

/** The `default` toolset: those of the catalog's eighteen that exist. */
export const defaultTools: readonly string[] = [
  'device_add',
  'device_describe',
  'device_doctor',
  'device_list',
  'hardware_stats',
  'hardware_throttle',
  'job_output',
  'power_modes',
  'power_set_mode',
  'service_control',
  'system_logs',
];

/** What each device shows at `jetson://{device}/...`. */
export const resources: readonly DeviceResource[] = [gpuStatusResource, powerModeResource, temperatureResource];
