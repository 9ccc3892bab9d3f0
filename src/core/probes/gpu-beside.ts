import type { GpuBeside } from '../jetson/hardware-reading.js';
import { defineProbe, type Answers, type ArgvRead, type Probe } from '../probe/probe.js';
import { gpuClockReads, gpuClocksOf, gpuUtilisationRead, parseGpuUtilisation } from './gpu-clocks.js';

type GpuBesideReads = typeof gpuClockReads & { readonly smi?: ArgvRead };

/**
 * The reads beside tegrastats. NVIDIA's management library is asked only where `load` is wanted, which is where
 * tegrastats gave none: it is slow, and most boards answer it with N/A.
 */
export function gpuBesideReads(load: boolean): GpuBesideReads {
  return { ...gpuClockReads, ...(load && { smi: gpuUtilisationRead }) };
}

/** The GPU's load in percent and its clocks in MHz; what the board does not say is absent. */
export function gpuBesideOf(answers: Answers<GpuBesideReads>): GpuBeside {
  const { gpus, loadPercent } = gpuClocksOf(answers);
  const mhz = gpus.filter(({ name }) => !name.includes('nvd')).flatMap(({ currentMHz }) => currentMHz ?? []);
  return {
    loadPercent: loadPercent ?? (answers.smi && parseGpuUtilisation(answers.smi.text)),
    frequencyMHz: mhz.length > 0 ? mhz.map(Math.round) : undefined,
  };
}

/** The GPU from where tegrastats does not look: sysfs, and for its `load` the management library too. */
export function gpuBeside(load: boolean): Probe<GpuBeside, GpuBesideReads> {
  return defineProbe({ name: 'gpu-beside', reads: gpuBesideReads(load), parse: gpuBesideOf });
}
