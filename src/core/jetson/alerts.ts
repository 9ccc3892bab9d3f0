import { z } from 'zod';
import type { HardwareReading } from './hardware-reading.js';

const limit = z.number().positive();

/** Limits to watch for. */
export const thresholdsArg = z
  .strictObject({
    temperatureCelsius: limit.describe('Any zone at or over this.'),
    ramPercent: limit.max(100).describe('Used share of RAM.'),
    swapPercent: limit.max(100),
    cpuLoadPercent: limit.max(100).describe('Mean over the cores that are online.'),
    gpuLoadPercent: limit.max(100),
    powerMilliwatts: limit.describe('Total power.'),
  })
  .partial();
export type Thresholds = z.output<typeof thresholdsArg>;
export type Metric = keyof Thresholds;

const metrics = thresholdsArg.keyof().options;

/** One limit that was reached. */
export const alertData = z.object({
  metric: thresholdsArg.keyof(),
  zone: z.string().optional().describe('The hottest zone, for temperatures.'),
  threshold: z.number(),
  highest: z.number(),
  samplesOver: z.int(),
  firstSample: z.int().describe('1 is the first sample.'),
});
export type Alert = z.output<typeof alertData>;

interface Value {
  readonly value: number;
  readonly zone?: string;
}

function share(memory: { readonly usedBytes: number; readonly totalBytes: number } | undefined): Value | undefined {
  return memory && memory.totalBytes > 0
    ? { value: Math.round((1000 * memory.usedBytes) / memory.totalBytes) / 10 }
    : undefined;
}

/** The zone that is hottest; undefined where no sensor answers. */
export function hottest(
  temperatures: Readonly<Record<string, number>> | undefined,
): { readonly value: number; readonly zone: string } | undefined {
  return Object.entries(temperatures ?? {})
    .map(([zone, value]) => ({ zone, value }))
    .reduce<{ value: number; zone: string } | undefined>(
      (top, next) => (top && top.value >= next.value ? top : next),
      undefined,
    );
}

/** What a reading says of a metric; undefined where the board does not give it. */
export function metricOf(reading: HardwareReading, metric: Metric): Value | undefined {
  const plain = (value: number | undefined): Value | undefined => (value === undefined ? undefined : { value });
  switch (metric) {
    case 'temperatureCelsius':
      return hottest(reading.temperaturesCelsius);
    case 'ramPercent':
      return share(reading.ram);
    case 'swapPercent':
      return share(reading.swap);
    case 'cpuLoadPercent':
      return plain(reading.cpuLoadPercent);
    case 'gpuLoadPercent':
      return plain(reading.gpu?.loadPercent);
    case 'powerMilliwatts':
      return plain(reading.power?.totalMilliwatts);
  }
}

/** The limits that readings reached, each once. */
export function alertsOf(readings: readonly HardwareReading[], thresholds: Thresholds): Alert[] {
  return metrics.flatMap((metric): Alert[] => {
    const threshold = thresholds[metric];
    if (threshold === undefined) return [];
    const over = readings.flatMap((reading, n) => {
      const found = metricOf(reading, metric);
      return found && found.value >= threshold ? [{ ...found, n }] : [];
    });
    const [first] = over;
    if (!first) return [];
    const top = over.reduce((a, b) => (b.value > a.value ? b : a));
    const zone = top.zone === undefined ? {} : { zone: top.zone };
    return [{ metric, ...zone, threshold, highest: top.value, samplesOver: over.length, firstSample: first.n + 1 }];
  });
}

/** Limits that cannot be watched, because no reading has their number. */
export function unwatched(readings: readonly HardwareReading[], thresholds: Thresholds): Metric[] {
  return metrics.filter(
    (metric) => thresholds[metric] !== undefined && readings.every((r) => metricOf(r, metric) === undefined),
  );
}
