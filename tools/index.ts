import type { DeviceResource, FleetResource } from '../src/ports/resource.js';
import type { Tool } from '../src/ports/tool.js';
import { AiBenchmark } from './ai/ai_benchmark.js';
import { AiBenchmarkCompare } from './ai/ai_benchmark_compare.js';
import { AiBenchmarkMatrix } from './ai/ai_benchmark_matrix.js';
import { AiCatalog } from './ai/ai_catalog.js';
import { AiFrameworks } from './ai/ai_frameworks.js';
import { AiInstall } from './ai/ai_install.js';
import { AiMatch } from './ai/ai_match.js';
import { AiLaunch } from './ai/ai_launch.js';
import { AiList } from './ai/ai_list.js';
import { AiLogs } from './ai/ai_logs.js';
import { AiScale } from './ai/ai_scale.js';
import { AiStop } from './ai/ai_stop.js';
import { ModelConvert } from './ai/model_convert.js';
import { ModelCopy } from './ai/model_copy.js';
import { ModelDelete } from './ai/model_delete.js';
import { ModelList } from './ai/model_list.js';
import { ModelPull } from './ai/model_pull.js';
import { ComposeDown } from './container/compose_down.js';
import { ComposeUp } from './container/compose_up.js';
import { ContainerControl } from './container/container_control.js';
import { ContainerExec } from './container/container_exec.js';
import { ContainerInspect } from './container/container_inspect.js';
import { ContainerList } from './container/container_list.js';
import { ContainerLogs } from './container/container_logs.js';
import { ContainerStats } from './container/container_stats.js';
import { DockerSetup } from './container/docker_setup.js';
import { DockerStatus } from './container/docker_status.js';
import { ImageList } from './container/image_list.js';
import { ImagePrune } from './container/image_prune.js';
import { ImageRemove } from './container/image_remove.js';
import { ContainerRun } from './container/container_run.js';
import { GpuTest } from './container/gpu_test.js';
import { ImageCopy } from './container/image_copy.js';
import { ImagePull } from './container/image_pull.js';
import { DeviceAdd } from './device/device_add.js';
import { DeviceDescribe } from './device/device_describe.js';
import { DeviceDoctor } from './device/device_doctor.js';
import { DeviceEdit } from './device/device_edit.js';
import { DeviceList } from './device/device_list.js';
import { DeviceRemove } from './device/device_remove.js';
import { DeviceTrust } from './device/device_trust.js';
import { OptimizeSystem } from './fleet/optimize_system.js';
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
import { availableModelsResource } from './resources/available-models.js';
import { cudaStatusResource } from './resources/cuda-status.js';
import { frameworksResource } from './resources/frameworks.js';
import { gpuStatusResource } from './resources/gpu-status.js';
import { modelsResource } from './resources/models.js';
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
  new AiBenchmark(),
  new AiBenchmarkCompare(),
  new AiBenchmarkMatrix(),
  new AiCatalog(),
  new AiFrameworks(),
  new AiInstall(),
  new AiMatch(),
  new AiLaunch(),
  new AiList(),
  new AiLogs(),
  new AiScale(),
  new AiStop(),
  new ModelConvert(),
  new ModelCopy(),
  new ModelDelete(),
  new ModelList(),
  new ModelPull(),
  new ComposeDown(),
  new ComposeUp(),
  new ContainerControl(),
  new ContainerExec(),
  new ContainerInspect(),
  new ContainerList(),
  new ContainerLogs(),
  new ContainerStats(),
  new DockerSetup(),
  new DockerStatus(),
  new ImageList(),
  new ImagePrune(),
  new ImageRemove(),
  new ContainerRun(),
  new GpuTest(),
  new ImageCopy(),
  new ImagePull(),
  new DeviceAdd(),
  new DeviceDescribe(),
  new DeviceDoctor(),
  new DeviceEdit(),
  new DeviceList(),
  new DeviceRemove(),
  new DeviceTrust(),
  new OptimizeSystem(),
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
  'ai_benchmark',
  'ai_launch',
  'ai_list',
  'ai_match',
  'container_control',
  'container_list',
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
export const resources: readonly DeviceResource[] = [
  cudaStatusResource,
  frameworksResource,
  gpuStatusResource,
  modelsResource,
  powerModeResource,
  temperatureResource,
];

/** What is shown of the fleet as a whole, at `jetson://...`. */
export const fleetResources: readonly FleetResource[] = [availableModelsResource];
