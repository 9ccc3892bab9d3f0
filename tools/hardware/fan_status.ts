import { z } from 'zod';
import { fanAnswer, fanData, type FanData } from '../../src/core/jetson/fan-data.js';
import { fanProbe } from '../../src/core/probes/fan.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** Tells how fast a board's fan turns and who decides on it. */
export class FanStatus extends BaseReadTool<typeof input, typeof fanData> {
  override readonly spec = {
    name: 'fan_status',
    area: 'hardware',
    title: 'Fan',
    description:
      "Speed of the fan (percent and rpm), who steers it (nvfancontrol, nvpmodel, the kernel), its profile and that profile's curve. Says so where a board has no fan. " +
      'Use it when hardware_stats or hardware_throttle show heat. The profile in force needs sudo; without it the configured default is told.',
    effect: 'read',
    input,
    output: fanData,
    same: ['hasFan', 'controlledBy', 'profile', 'profileIs', 'control', 'notRead', 'unknown'],
    spread: ['fans.*.percent', 'fans.*.rpm'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<FanData> {
    return fanAnswer(await device.ask(fanProbe, call.signal));
  }
}
