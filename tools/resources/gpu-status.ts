import { Failure } from '../../src/core/errors.js';
import { defineProbe } from '../../src/core/probe/probe.js';
import {
  gpuClockReads,
  gpuClocksOf,
  gpuUtilisation,
  needsManagementLibrary,
} from '../../src/core/probes/gpu-clocks.js';
import { zoneReads, zonesOf } from '../../src/core/probes/thermal.js';
import type { DeviceResource } from '../../src/ports/resource.js';

const probe = defineProbe({
  name: 'gpu-status',
  reads: { ...gpuClockReads, ...zoneReads },
  parse: (answers) => ({
    clocks: gpuClocksOf(answers),
    celsius: zonesOf(answers).find(({ name }) => name.toLowerCase() === 'gpu')?.celsius,
  }),
});

/** The GPU: load, clock and temperature. Its memory is the board's memory. */
export const gpuStatusResource: DeviceResource = {
  path: 'hardware/gpu_status',
  name: 'gpu_status',
  title: 'GPU status',
  description:
    'GPU load in percent, clocks in MHz with their limits, and temperature in degrees Celsius. The GPU shares the memory of the board.',
  like: ['hardware_stats', 'clocks_status'],
  async read(device, call) {
    const { clocks, celsius } = await device.ask(probe, call.signal);
    if (clocks.gpus.length === 0 && clocks.loadPercent === undefined) {
      throw new Failure('unsupported', 'The device shows no Jetson GPU in sysfs.', {
        hint: 'Run device_describe on it.',
      });
    }
    const load = needsManagementLibrary(clocks) ? await device.ask(gpuUtilisation, call.signal) : clocks.loadPercent;
    return {
      ...(load !== undefined && { loadPercent: load }),
      ...(celsius !== undefined && { temperatureCelsius: celsius }),
      clocks: clocks.gpus,
    };
  },
};
