import type { GpuBeside } from '../src/core/jetson/hardware-reading.js';
import { gpuClocks, gpuUtilisation, needsManagementLibrary } from '../src/core/probes/gpu-clocks.js';
import type { Device } from '../src/ports/fleet.js';

/** The GPU's load and clock from where tegrastats does not look: sysfs, and on Thor the management library. */
export async function gpuBeside(device: Device, signal: AbortSignal): Promise<GpuBeside> {
  const clocks = await device.ask(gpuClocks, signal);
  const mhz = clocks.gpus.filter(({ name }) => !name.includes('nvd')).flatMap(({ currentMHz }) => currentMHz ?? []);
  const load = needsManagementLibrary(clocks) ? await device.ask(gpuUtilisation, signal) : clocks.loadPercent;
  return { loadPercent: load, frequencyMHz: mhz.length > 0 ? mhz.map(Math.round) : undefined };
}
