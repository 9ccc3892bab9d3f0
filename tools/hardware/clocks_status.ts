import { z } from 'zod';
import { clocksAnswer, clocksData, type ClocksData } from '../../src/core/jetson/clocks-data.js';
import { clocksProbe } from '../../src/core/probes/clocks.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** Tells whether jetson_clocks holds a board's clocks, and what they are. */
export class ClocksStatus extends BaseReadTool<typeof input, typeof clocksData> {
  override readonly spec = {
    name: 'clocks_status',
    area: 'hardware',
    title: 'Clocks',
    description:
      'Whether jetson_clocks is on (lowest clock equals highest) and the lowest, highest and present clock of CPU clusters, GPU and memory, with governors and cores online. ' +
      'Ask before and after a benchmark: numbers measured with pinned and with scaling clocks do not compare. Memory and engine clocks need sudo on most boards. For the limits of the power mode see power_modes.',
    effect: 'read',
    input,
    output: clocksData,
    spread: ['cpu.*.currentMHz', 'gpu.*.currentMHz', 'emc.currentMHz', 'engines.*.currentMHz'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<ClocksData> {
    return clocksAnswer(await device.ask(clocksProbe, call.signal));
  }
}
