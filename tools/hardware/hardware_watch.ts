import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import { alertData, alertsOf, hottest, thresholdsArg, unwatched } from '../../src/core/jetson/alerts.js';
import { hardwareData, hardwareSameness, summariseReadings } from '../../src/core/jetson/hardware-data.js';
import type { HardwareReading } from '../../src/core/jetson/hardware-reading.js';
import { missingStats } from '../../src/core/jetson/missing-stats.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { sampleTegrastats } from '../sampled-readings.js';
import { endings } from '../tegrastats.js';

const input = z.strictObject({
  seconds: z.int().min(1).max(40).default(20).describe('How long to watch.'),
  intervalMs: z.int().min(250).max(10_000).default(1000).describe('Time between samples.'),
  alertAt: thresholdsArg.optional().describe('Limits; the answer lists those that were reached.'),
});

const output = hardwareData.extend({
  intervalMs: z.int(),
  endedBy: z.enum(endings).describe('complete: it ran its time.'),
  alerts: z.array(alertData).describe('Limits that were reached, or empty.'),
});

function oneLine({ cpuLoadPercent, gpu, ram, temperaturesCelsius, power }: HardwareReading): string {
  const hot = hottest(temperaturesCelsius);
  return [
    ...(cpuLoadPercent === undefined ? [] : [`CPU ${cpuLoadPercent} %`]),
    ...(gpu?.loadPercent === undefined ? [] : [`GPU ${gpu.loadPercent} %`]),
    ...(ram ? [`RAM ${Math.round((100 * ram.usedBytes) / ram.totalBytes)} %`] : []),
    ...(hot ? [`hottest ${hot.value.toFixed(1)} C`] : []),
    ...(power ? [`${(power.totalMilliwatts / 1000).toFixed(1)} W`] : []),
  ].join(', ');
}

/** Follows a board for a while, tells each sample as it comes, and sums them up. */
export class HardwareWatch extends BaseReadTool<typeof input, typeof output> {
  override readonly spec = {
    name: 'hardware_watch',
    area: 'hardware',
    title: 'Watch the hardware',
    description:
      'Follow load, memory, temperatures and power of a board for up to 40 seconds: every sample is told as progress, the answer has mean, min and max of each number and the limits in `alertAt` that were reached. ' +
      'Use it while a load runs, to see peaks; hardware_stats is enough for a look. A limit whose number the board does not give is named in notRead.',
    effect: 'read',
    input,
    output,
    same: [...hardwareSameness.same, 'endedBy', 'alerts.*.metric'],
    spread: hardwareSameness.spread,
  } as const;

  override async read(args: z.output<typeof input>, device: Device, call: Call): Promise<z.output<typeof output>> {
    const { seconds, intervalMs } = args;
    if (intervalMs > seconds * 1000) {
      throw new Failure('invalid_input', '`intervalMs` is longer than `seconds`: not one sample would fall into it.', {
        hint: 'Lower `intervalMs` or raise `seconds`.',
      });
    }
    const alertAt = { temperatureCelsius: call.temperatureLimits.warningCelsius, ...args.alertAt };
    const count = Math.max(1, Math.floor((seconds * 1000) / intervalMs));
    const onReading = (reading: HardwareReading, n: number): void =>
      call.progress(`${n}/${count}: ${oneLine(reading)}`);
    const sampled = await sampleTegrastats(device, call, { intervalMs, count }, onReading);
    const { readings, endedBy, asRoot, unknown } = sampled;
    const blind = unwatched(readings, alertAt).map((metric) => ({
      what: `alertAt.${metric}`,
      why: 'the board does not give this number',
    }));
    const notRead = [...missingStats(readings[0], asRoot), ...blind];
    const sampledAt = new Date(call.now()).toISOString();
    return {
      ...summariseReadings(readings, { sampled: true, sampledAt, notRead, unknown, limits: call.temperatureLimits }),
      intervalMs,
      endedBy,
      alerts: alertsOf(readings, alertAt),
    };
  }
}
