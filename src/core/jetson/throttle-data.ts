import { z } from 'zod';
import { notReadData, whyNot, type NotRead } from '../probes/not-read.js';
import type { OvercurrentCount } from '../probes/overcurrent.js';
import type { ThrottleState } from '../probes/throttle.js';
import { hottest } from './alerts.js';
import { clockReasons } from './clock-reasons.js';
import { clocksState, clocksStates } from './clocks-state.js';
import type { HardwareReading } from './hardware-reading.js';
import { overcurrentRates, supplyReasons } from './supply-reasons.js';
import { thermalReasons } from './thermal-reasons.js';
import { judge, throttleKinds, verdicts, type Verdict } from './throttle-reasons.js';

/** What each over-current counter of the chip counts. */
const counterMeanings: Readonly<Record<string, 'under_voltage' | 'average_current' | 'momentary_current'>> = {
  oc1: 'under_voltage',
  oc2: 'average_current',
  oc3: 'momentary_current',
};

/** What hardware_throttle answers. */
export const throttleData = z.object({
  verdict: z
    .enum(verdicts)
    .describe('What is to blame; not_throttled: nothing that could be seen. unknown: too little could be read.'),
  says: z.string().describe('The verdict in a sentence.'),
  reasons: z.array(
    z.object({
      kind: z.enum(throttleKinds),
      active: z.boolean().describe('It holds the board back now; false: it did before, or is close to it.'),
      says: z.string(),
      evidence: z.record(z.string(), z.union([z.number(), z.string()])),
    }),
  ),
  powerMode: z.string().optional(),
  clocks: z.enum(clocksStates).describe('pinned: jetson_clocks is on.'),
  hottest: z.object({ zone: z.string(), celsius: z.number() }).optional(),
  cpuLoadPercent: z.number().optional(),
  gpuLoadPercent: z.number().optional(),
  powerMilliwatts: z.number().optional(),
  overcurrent: z
    .record(
      z.string(),
      z.object({
        counts: z.enum(['under_voltage', 'average_current', 'momentary_current']).optional(),
        sinceBoot: z.int(),
        perSecond: z.number().optional(),
      }),
    )
    .optional(),
  notRead: notReadData.optional(),
});
export type ThrottleData = z.output<typeof throttleData>;

const sentences: Record<Verdict, string> = {
  supply: 'The power supply is to blame.',
  thermal: 'Heat is to blame.',
  overcurrent: 'The board draws more current than it may.',
  clocks: 'Clocks are lower than the power mode allows.',
  power_mode: 'The power mode is the limit; nothing throttles beyond it.',
  not_throttled: 'Nothing throttles this board.',
  unknown: 'Too little could be read to tell.',
};

/** The counters came with Orin. */
const withoutCounters = /^tegra(?:210|186|194)$/;

function whyUncounted({ soc, overcurrent }: ThrottleState): string {
  if (overcurrent.denied === true) return whyNot('denied');
  if (soc === undefined) return 'the kernel shows no counters, and the board does not say which chip it has';
  if (withoutCounters.test(soc)) return 'boards before Orin do not count it';
  return soc === 'tegra234'
    ? 'the kernel shows no counters, although an Orin has them'
    : 'the kernel shows no counters';
}

function notReadOf(state: ThrottleState, reading: HardwareReading | undefined): NotRead {
  const missing: [string, boolean, string][] = [
    ['temperatures', state.zones.length === 0, 'the kernel shows no thermal zone'],
    ['coolingDevices', state.cooling.length === 0, 'the kernel shows none'],
    ['overcurrent', state.overcurrent.counts.size === 0, whyUncounted(state)],
    ['rails', state.rails.length === 0, 'the kernel shows no power sensor'],
    ['cpuClocks', state.cpu.clusters.length === 0, 'the kernel shows no CPU frequency scaling'],
    ['gpuClocks', state.gpu.gpus.length === 0, 'the kernel shows no GPU frequency scaling'],
    ['powerMode', state.mode.current === undefined, 'neither nvpmodel nor its status file told'],
    ['powerModeLimits', state.mode.conf === undefined, 'there is no readable /etc/nvpmodel.conf'],
    ['load', reading === undefined, 'tegrastats printed no sample'],
  ];
  return missing.filter(([, isMissing]) => isMissing).map(([what, , why]) => ({ what, why }));
}

/** Weighs what was seen: a first look, what ran meanwhile, and a second look at the counters. */
export function throttleAnswer(
  first: ThrottleState,
  reading: HardwareReading | undefined,
  second: OvercurrentCount,
): ThrottleData {
  const { zones, cooling, rails, cpu, gpu, mode } = first;
  const rates = overcurrentRates(first.overcurrent, second);
  const defined = mode.conf?.modes.find(({ id }) => id === mode.current?.id);
  const found = [
    ...supplyReasons(rails, rates),
    ...thermalReasons(zones, cooling),
    ...clockReasons({ cpu, gpu, conf: mode.conf, mode: defined, reading }),
  ];
  const sawEnough = zones.some(({ celsius }) => celsius !== undefined) && cpu.clusters.length + gpu.gpus.length > 0;
  const { verdict, reasons } = judge(found, sawEnough);
  const hot = hottest(
    Object.fromEntries(zones.flatMap(({ name, celsius }) => (celsius === undefined ? [] : [[name, celsius]]))),
  );
  const gpuLoad = reading?.gpu?.loadPercent ?? gpu.loadPercent;
  const notRead = notReadOf(first, reading);
  const idle = verdict === 'not_throttled' && (reading?.cpuLoadPercent ?? 100) < 20 && (gpuLoad ?? 100) < 20;
  return {
    verdict,
    says: idle
      ? `${sentences[verdict]} It is nearly idle, though: look again while the load runs.`
      : sentences[verdict],
    reasons,
    ...(mode.current?.name !== undefined && { powerMode: mode.current.name }),
    clocks: clocksState({
      cpus: cpu.clusters,
      gpus: gpu.gpus,
      ...cpuIdle(cpu.idleAllowed),
      ...(gpu.emc && { emc: gpu.emc }),
    }),
    ...(hot && { hottest: { zone: hot.zone, celsius: hot.value } }),
    ...(reading?.cpuLoadPercent !== undefined && { cpuLoadPercent: reading.cpuLoadPercent }),
    ...(gpuLoad !== undefined && { gpuLoadPercent: gpuLoad }),
    ...(reading?.power && { powerMilliwatts: reading.power.totalMilliwatts }),
    ...(rates.size > 0 && {
      overcurrent: Object.fromEntries(
        [...rates].map(([name, rate]) => {
          const counts = counterMeanings[name];
          return [name, { ...(counts && { counts }), ...rate }];
        }),
      ),
    }),
    ...(notRead.length > 0 && { notRead }),
  };
}

function cpuIdle(idleAllowed: boolean | undefined): { idleAllowed?: boolean } {
  return idleAllowed === undefined ? {} : { idleAllowed };
}
