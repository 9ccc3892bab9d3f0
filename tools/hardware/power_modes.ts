import { z } from 'zod';
import { powerModesAnswer, powerModesData, type PowerModesData } from '../../src/core/jetson/power-modes-data.js';
import { powerModesProbe } from '../../src/core/probes/power-mode.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

/** Lists a board's power modes, the present one, and what a switch would take. */
export class PowerModes extends BaseReadTool<typeof input, typeof powerModesData> {
  override readonly spec = {
    name: 'power_modes',
    area: 'hardware',
    title: 'Power modes',
    description:
      'The power modes a board offers (nvpmodel) and the present one: watts, cores and clock limits, which switches need a reboot and why, settings not in force. ' +
      'Ask before choosing one: ids differ between boards and releases.',
    effect: 'read',
    input,
    output: powerModesData,
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<PowerModesData> {
    return powerModesAnswer(await device.ask(powerModesProbe, call.signal));
  }
}
