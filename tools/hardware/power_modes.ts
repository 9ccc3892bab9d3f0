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
      'The power modes a board offers (nvpmodel): name, watts, cores and clock limits of each, the present one, which switches take a reboot and why, and settings that are not in force although the mode wants them. ' +
      'Read from the device itself, since ids and limits differ between boards and releases. Use it before choosing a mode, and when hardware_throttle says that the mode is the limit.',
    effect: 'read',
    input,
    output: powerModesData,
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<PowerModesData> {
    return powerModesAnswer(await device.ask(powerModesProbe, call.signal));
  }
}
