import type { DeviceResource } from '../src/ports/resource.js';
import type { Tool } from '../src/ports/tool.js';
import { DeviceDescribe } from './device/device_describe.js';
import { DeviceDoctor } from './device/device_doctor.js';
import { DeviceList } from './device/device_list.js';
import { ClocksStatus } from './hardware/clocks_status.js';
import { FanStatus } from './hardware/fan_status.js';
import { HardwareStats } from './hardware/hardware_stats.js';
import { HardwareThrottle } from './hardware/hardware_throttle.js';
import { HardwareWatch } from './hardware/hardware_watch.js';
import { PowerModes } from './hardware/power_modes.js';
import { SensorRead } from './hardware/sensor_read.js';
import { gpuStatusResource } from './resources/gpu-status.js';
import { powerModeResource } from './resources/power-mode.js';
import { temperatureResource } from './resources/temperature.js';
import { ServiceList } from './system/service_list.js';
import { ServiceStatus } from './system/service_status.js';
import { SystemInfo } from './system/system_info.js';
import { SystemLogs } from './system/system_logs.js';
import { SystemNetwork } from './system/system_network.js';
import { SystemProcesses } from './system/system_processes.js';
import { SystemStorage } from './system/system_storage.js';

/** Every tool there is. */
export const tools: readonly Tool[] = [
  new DeviceDescribe(),
  new DeviceDoctor(),
  new DeviceList(),
  new ClocksStatus(),
  new FanStatus(),
  new HardwareStats(),
  new HardwareThrottle(),
  new HardwareWatch(),
  new PowerModes(),
  new SensorRead(),
  new ServiceList(),
  new ServiceStatus(),
  new SystemInfo(),
  new SystemLogs(),
  new SystemNetwork(),
  new SystemProcesses(),
  new SystemStorage(),
];

/** The `default` toolset: those of the catalog's eighteen that exist. */
export const defaultTools: readonly string[] = [
  'device_describe',
  'device_doctor',
  'device_list',
  'hardware_stats',
  'hardware_throttle',
  'power_modes',
  'system_logs',
];

/** What each device shows at `jetson://{device}/...`. */
export const resources: readonly DeviceResource[] = [gpuStatusResource, powerModeResource, temperatureResource];
