import type { Probe } from '../../../src/core/probe/probe.js';
import { aiBoardProbe } from '../../../src/core/probes/ai-board.js';
import { cudaProbe, frameworksProbe } from '../../../src/core/probes/ai-frameworks.js';
import { modelsProbe } from '../../../src/core/ai/model-files/list-probe.js';
import { engineHostProbe } from '../../../src/core/docker/engine-host.js';
import { dockerHostProbe } from '../../../src/core/docker/setup-probe.js';
import { clockProbe } from '../../../src/core/probes/clock.js';
import { makingProbe } from '../../../src/core/probes/container-making.js';
import { engineSocketsProbe } from '../../../src/core/probes/engine-sockets.js';
import { freeProbe, offerProbe } from '../../../src/core/probes/image-room.js';
import { launchPlaceProbe } from '../../../src/core/probes/launch-place.js';
import { jobListProbe, jobProbe } from '../../../src/core/jobs/job-probe.js';
import { clocksSettingProbe } from '../../../src/core/probes/clocks-setting.js';
import { clocksStoredProbe } from '../../../src/core/probes/clocks-stored.js';
import { clocksProbe } from '../../../src/core/probes/clocks.js';
import { bootProbe, haltProbe } from '../../../src/core/probes/boot.js';
import { cpuGovernorsProbe } from '../../../src/core/probes/cpu-governors.js';
import { describeProbe } from '../../../src/core/probes/describe.js';
import { diskUseProbe } from '../../../src/core/probes/disk-use.js';
import { doctorProbe } from '../../../src/core/probes/doctor.js';
import { fanControlProbe } from '../../../src/core/probes/fan-control.js';
import { fanProbe } from '../../../src/core/probes/fan.js';
import { gpuBeside } from '../../../src/core/probes/gpu-beside.js';
import { gpuClocks, gpuUtilisation } from '../../../src/core/probes/gpu-clocks.js';
import { identityProbe } from '../../../src/core/probes/identity.js';
import { logsProbe } from '../../../src/core/probes/logs.js';
import { networkProbe } from '../../../src/core/probes/network.js';
import { powerSwitchProbe } from '../../../src/core/probes/power-switch.js';
import { powerModesProbe } from '../../../src/core/probes/power-mode.js';
import { processesProbe } from '../../../src/core/probes/processes.js';
import { sensorsProbe } from '../../../src/core/probes/sensors.js';
import { secondLook } from '../../../src/core/probes/second-look.js';
import { serviceStatusProbe } from '../../../src/core/probes/service-status.js';
import { servicesProbe } from '../../../src/core/probes/services.js';
import { storageProbe } from '../../../src/core/probes/storage.js';
import { systemInfoProbe } from '../../../src/core/probes/system-info.js';
import { thermalZones } from '../../../src/core/probes/thermal.js';
import { unitStateProbe } from '../../../src/core/probes/unit-state.js';
import { throttleProbe } from '../../../src/core/probes/throttle.js';

const logs = { kernel: false, limit: 20 };

/** Every probe of the product, those with arguments in the forms that read something else. */
export const everyProbe: readonly Probe<unknown>[] = [
  aiBoardProbe,
  bootProbe,
  clockProbe,
  cudaProbe,
  dockerHostProbe,
  engineHostProbe,
  engineSocketsProbe,
  frameworksProbe,
  freeProbe('/var/lib/docker'),
  launchPlaceProbe,
  makingProbe(['/home', '/no/such/path']),
  modelsProbe(['/home']),
  offerProbe('dustynv/llama_cpp:r36.4.0', { asRoot: true, architecture: 'arm64' }),
  clocksProbe,
  clocksStoredProbe,
  clocksSettingProbe,
  cpuGovernorsProbe,
  describeProbe,
  doctorProbe,
  fanControlProbe,
  fanProbe,
  haltProbe,
  gpuClocks,
  gpuUtilisation,
  identityProbe,
  logsProbe(logs),
  logsProbe({ ...logs, kernel: true, priority: 'warning', since: { lastSeconds: 3600 } }),
  logsProbe({ ...logs, unit: 'ssh', boot: 'previous' }),
  networkProbe,
  jobListProbe,
  jobProbe({ id: '0'.repeat(16), asRoot: true, from: 'end', maxBytes: 1000 }),
  powerModesProbe,
  powerSwitchProbe,
  processesProbe({ sort: 'cpu', limit: 10, gpuMemory: true }),
  sensorsProbe,
  serviceStatusProbe('docker', 10),
  serviceStatusProbe('no-such-unit', 10),
  servicesProbe({ state: 'all', limit: 50 }),
  diskUseProbe({ path: '/', asRoot: false, seconds: 10 }),
  storageProbe({ health: true, largest: { path: '/', asRoot: true } }),
  gpuBeside(true),
  secondLook(true),
  systemInfoProbe,
  thermalZones,
  throttleProbe,
  unitStateProbe('docker'),
  unitStateProbe('no-such-unit'),
] as readonly unknown[] as readonly Probe<unknown>[];
