import { z } from 'zod';
import type { ClocksRead } from '../probes/clocks.js';
import { notReadData, unknownData, whyNot, type NotRead } from '../probes/not-read.js';
import { cleanName } from '../untrusted.js';
import { clocksState, clocksStates, pinnedParts, type ClocksSeen, type ClocksState } from './clocks-state.js';

const clock = { minMHz: z.number().optional(), maxMHz: z.number().optional(), currentMHz: z.number().optional() };

/** What clocks_status answers. */
export const clocksData = z.object({
  state: z
    .enum(clocksStates)
    .describe('pinned: lowest equals highest, as jetson_clocks leaves it; dynamic: governors scale with the load.'),
  pinned: z.object({ cpu: z.boolean().optional(), gpu: z.boolean().optional(), emc: z.boolean().optional() }),
  says: z.string(),
  coresOnline: z.int().optional(),
  coresPresent: z.int().optional(),
  cpu: z.array(
    z.object({
      cores: z.array(z.int()),
      governor: z.string().optional(),
      ...clock,
      hardwareMaxMHz: z.number().optional(),
    }),
  ),
  cpuIdleAllowed: z
    .boolean()
    .optional()
    .describe('false: cores may not sleep between tasks (jetson_clocks forbids it).'),
  gpu: z.array(z.object({ name: z.string(), ...clock, hardwareMaxMHz: z.number().optional() })),
  emc: z
    .object({ ...clock, forced: z.boolean().optional() })
    .optional()
    .describe('The memory controller.'),
  engines: z.record(z.string(), z.object(clock)).optional().describe('DLA and PVA.'),
  activeGpuTpcs: z.int().optional(),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type ClocksData = z.output<typeof clocksData>;

const sentences: Record<ClocksState, string> = {
  pinned:
    'Clocks are held at the highest that the power mode allows (jetson_clocks): fast, warm, and good for benchmarks.',
  partly_pinned:
    'Some clocks are held and others scale: somebody set them by hand, or jetson_clocks was only half undone.',
  dynamic: 'Clocks scale with the load: normal operation. Benchmarks vary until jetson_clocks holds them.',
  unknown: 'No clock could be read.',
};

/** The clocks as sysfs has them, with what only jetson_clocks tells (memory, engines) where root is to be had. */
export function clocksAnswer({ cpu, gpu, show, showStatus }: ClocksRead): ClocksData {
  const shownIdle = show?.cpus.some(({ online, idles }) => online && idles);
  const idleAllowed = cpu.idleAllowed ?? (show && show.cpus.length > 0 ? shownIdle : undefined);
  const emc = show?.emc ?? gpu.emc;
  const seen: ClocksSeen = {
    cpus: cpu.clusters.length > 0 ? cpu.clusters : (show?.cpus.filter(({ online }) => online) ?? []),
    gpus: gpu.gpus.length > 0 ? gpu.gpus : [...(show?.gpus.values() ?? [])],
    ...(emc && { emc }),
    ...(idleAllowed !== undefined && { idleAllowed }),
  };
  const shownCpus = (show?.cpus ?? []).filter(({ online }) => online);
  const state = clocksState(seen);
  const notRead: NotRead = [
    ...(show ? [] : [{ what: 'jetson_clocks --show', why: whyNot(showStatus, 'jetson_clocks is not installed') }]),
    ...(emc ? [] : [{ what: 'emc', why: 'only root can see the memory clock here' }]),
    ...(cpu.clusters.length > 0 || shownCpus.length > 0
      ? []
      : [{ what: 'cpu', why: 'the kernel shows no CPU frequency scaling' }]),
    ...(seen.gpus.length > 0 ? [] : [{ what: 'gpu', why: 'the kernel shows no GPU frequency scaling' }]),
  ];
  const unknown = (show?.unknown ?? []).slice(0, 20).map((line) => cleanName(line, 120));
  return {
    state,
    pinned: pinnedParts(seen),
    says: sentences[state],
    ...(cpu.online && { coresOnline: cpu.online.length }),
    ...(cpu.present && { coresPresent: cpu.present.length }),
    cpu:
      cpu.clusters.length > 0
        ? cpu.clusters.map(({ cpus, ...rest }) => ({ cores: [...cpus], ...rest }))
        : shownCpus.map(({ cpu: core, governor, minMHz, maxMHz, currentMHz }) => ({
            cores: [core],
            governor,
            minMHz,
            maxMHz,
            currentMHz,
          })),
    ...(idleAllowed !== undefined && { cpuIdleAllowed: idleAllowed }),
    gpu: gpu.gpus.length > 0 ? [...gpu.gpus] : [...(show?.gpus ?? [])].map(([name, range]) => ({ name, ...range })),
    ...(emc && { emc }),
    ...(show && show.engines.size > 0 && { engines: Object.fromEntries(show.engines) }),
    ...(show?.activeGpuTpcs !== undefined && { activeGpuTpcs: show.activeGpuTpcs }),
    ...(notRead.length > 0 && { notRead }),
    ...(unknown.length > 0 && { unknown }),
  };
}
