import { z } from 'zod';
import { notReadData, unknownData, type NotRead } from '../probes/not-read.js';
import { overTime } from './over-time.js';
import type { HardwareReading } from './hardware-reading.js';
import { hotZoneData, hotZones, type TemperatureLimits } from './hot-zones.js';

const number = z.union([z.number(), z.object({ mean: z.number(), min: z.number(), max: z.number() })]);
const memory = { usedBytes: number, totalBytes: number };
const clocked = { loadPercent: number.optional(), frequencyMHz: number.optional() };

/** What hardware_stats answers; sampled over a time each number is `{mean, min, max}`. */
export const hardwareData = z.object({
  sampledAt: z.iso.datetime().describe("When sampling ended, by this machine's clock."),
  samples: z.int(),
  ram: z.object({ ...memory, largestFreeBlocks: z.object({ count: number, bytes: number }).optional() }).optional(),
  swap: z.object({ ...memory, cachedBytes: number.optional() }).optional(),
  iram: z.object({ ...memory, largestFreeBlockBytes: number.optional() }).optional(),
  cpuLoadPercent: number.optional().describe('Mean over the cores that are online.'),
  cpu: z.array(z.object({ online: z.boolean(), ...clocked })).optional(),
  gpu: z.object({ loadPercent: number.optional(), frequencyMHz: z.array(number).optional() }).optional(),
  emc: z.object(clocked).optional().describe('The memory controller.'),
  engines: z.record(z.string(), z.object({ on: z.boolean(), ...clocked })).optional(),
  mts: z.object({ foregroundPercent: number, backgroundPercent: number }).optional(),
  temperaturesCelsius: z
    .record(z.string(), number)
    .optional()
    .describe('By zone. `thermal` (JetPack 4 and 5) is a weighted average that steers the fan, not a sensor.'),
  sensorsOff: z
    .array(z.string())
    .optional()
    .describe('Zones whose sensor is powered off, so that they have no temperature.'),
  power: z
    .object({
      rails: z.record(
        z.string(),
        z.object({ milliwatts: number, averageMilliwatts: number.optional(), peakMilliwatts: number.optional() }),
      ),
      totalMilliwatts: number,
      totalIs: z.enum(['input', 'sum_of_rails']).describe('sum_of_rails: no input sensor; the true draw is higher.'),
    })
    .optional(),
  hot: z
    .array(hotZoneData)
    .optional()
    .describe('Zones at or over the limits in JETSON_TEMP_WARNING and JETSON_TEMP_CRITICAL.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type HardwareData = z.output<typeof hardwareData>;

/** What is told beside the readings. */
export interface ReadingNotes {
  /** Sampled over a time, however many samples came: each number becomes `{mean, min, max}`. Else the first reading. */
  readonly sampled: boolean;
  readonly sampledAt: string;
  readonly notRead: NotRead;
  readonly unknown: readonly string[];
  readonly limits: TemperatureLimits;
}

/** The highest temperature of each zone. */
function peaks(readings: readonly HardwareReading[]): Record<string, number> {
  const all = readings.flatMap(({ temperaturesCelsius = {} }) => Object.entries(temperaturesCelsius));
  return all.reduce<Record<string, number>>(
    (top, [zone, celsius]) => ({ ...top, [zone]: Math.max(top[zone] ?? celsius, celsius) }),
    {},
  );
}

/** Readings, first to last, as one piece of data; `notRead` and `unknown` are left out where empty. */
export function summariseReadings(
  readings: readonly [HardwareReading, ...HardwareReading[]],
  { sampled, sampledAt, notRead, unknown, limits }: ReadingNotes,
): HardwareData {
  const hot = hotZones(peaks(readings), limits);
  return hardwareData.parse({
    sampledAt,
    samples: readings.length,
    ...(sampled ? overTime(readings) : readings[0]),
    ...(hot.length > 0 && { hot }),
    ...(notRead.length > 0 && { notRead }),
    ...(unknown.length > 0 && { unknown }),
  });
}

/** Paths of `hardwareData` that make answers of one kind, and its numbers worth comparing between boards. */
export const hardwareSameness = {
  same: ['power.totalIs', 'hot.*.zone', 'hot.*.over', 'notRead', 'unknown'],
  spread: [
    'ram.usedBytes',
    'swap.usedBytes',
    'cpuLoadPercent',
    'gpu.loadPercent',
    'emc.loadPercent',
    'temperaturesCelsius.*',
    'power.totalMilliwatts',
  ],
} as const;
