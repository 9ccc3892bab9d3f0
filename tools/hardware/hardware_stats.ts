import { z } from 'zod';
import {
  hardwareData,
  hardwareSameness,
  summariseReadings,
  type HardwareData,
} from '../../src/core/jetson/hardware-data.js';
import { missingStats } from '../../src/core/jetson/missing-stats.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';
import { sampleTegrastats } from '../sampled-readings.js';

const input = z.strictObject({
  seconds: z
    .int()
    .min(1)
    .max(40)
    .optional()
    .describe('Sample so long and answer mean, min and max; without it one sample.'),
});

/** Long enough for a CPU load that is worth its name, short enough to wait for. */
const oneSampleMs = 500;
const everyMs = 1000;

/** Tells how busy, hot and hungry a board is, from tegrastats. */
export class HardwareStats extends BaseReadTool<typeof input, typeof hardwareData> {
  override readonly spec = {
    name: 'hardware_stats',
    area: 'hardware',
    title: 'Hardware statistics',
    description:
      'Load, memory, temperatures and power now: RAM, swap, CPU cores, GPU, engines, every thermal zone and power rail. For "how is the board doing"; ' +
      'if it looks slow or hot, hardware_throttle next.',
    effect: 'read',
    input,
    output: hardwareData,
    ...hardwareSameness,
  } as const;

  override async read({ seconds }: z.output<typeof input>, device: Device, call: Call): Promise<HardwareData> {
    const plan =
      seconds === undefined ? { intervalMs: oneSampleMs, count: 1 } : { intervalMs: everyMs, count: seconds };
    const { readings, asRoot, unknown } = await sampleTegrastats(device, call, plan);
    const sampledAt = new Date(call.now()).toISOString();
    return summariseReadings(readings, {
      sampled: seconds !== undefined,
      sampledAt,
      notRead: missingStats(readings[0], asRoot),
      unknown,
      limits: call.temperatureLimits,
    });
  }
}
