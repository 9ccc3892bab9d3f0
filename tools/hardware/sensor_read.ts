import { z } from 'zod';
import { totalPower } from '../../src/core/jetson/total-power.js';
import { notReadData } from '../../src/core/probes/not-read.js';
import { sensorsProbe } from '../../src/core/probes/sensors.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({});

const output = z.object({
  rails: z.record(
    z.string(),
    z.object({
      chip: z.string(),
      millivolts: z.number().optional(),
      milliamps: z.number().optional(),
      milliwatts: z.number().optional(),
      criticalMilliamps: z.number().optional(),
      alarm: z.boolean().optional().describe('true: over its critical current now.'),
    }),
  ),
  totalMilliwatts: z.number().optional(),
  totalIs: z.enum(['input', 'sum_of_rails']).optional(),
  alarms: z.array(z.string()).describe('Rails in alarm, or empty.'),
  temperaturesCelsius: z.record(z.string(), z.number()),
  sensorsOff: z.array(z.string()).optional().describe('Zones whose sensor is powered off or does not answer.'),
  notRead: notReadData.optional(),
});

/** Reads a board's voltage, current, power and temperature sensors by name. */
export class SensorRead extends BaseReadTool<typeof input, typeof output> {
  override readonly spec = {
    name: 'sensor_read',
    area: 'hardware',
    title: 'Sensors',
    description:
      'Voltage, current and power of every rail by name, with critical currents and alarms of the supply, and every temperature zone. Straight from the sensors and without root. ' +
      'Use it for supply problems (brown-outs, resets, over-current); for load and power in one answer prefer hardware_stats.',
    effect: 'read',
    input,
    output,
    same: ['alarms', 'totalIs', 'notRead'],
    spread: ['rails.*.millivolts', 'rails.*.milliamps', 'totalMilliwatts', 'temperaturesCelsius.*'],
  } as const;

  override async read(_args: z.output<typeof input>, device: Device, call: Call): Promise<z.output<typeof output>> {
    const { rails, zones } = await device.ask(sensorsProbe, call.signal);
    const drawn = rails.flatMap(({ name, milliwatts }) =>
      milliwatts === undefined ? [] : [[name, { milliwatts }] as const],
    );
    const off = zones.filter(({ celsius }) => celsius === undefined).map(({ name }) => name);
    const notRead = [
      ...(rails.length === 0 ? [{ what: 'rails', why: 'the kernel shows no power sensor' }] : []),
      ...(zones.length === 0 ? [{ what: 'temperatures', why: 'the kernel shows no thermal zone' }] : []),
    ];
    return {
      rails: Object.fromEntries(rails.map(({ name, ...rest }) => [name, rest])),
      ...totalPower(Object.fromEntries(drawn)),
      alarms: rails.filter(({ alarm }) => alarm === true).map(({ name }) => name),
      temperaturesCelsius: Object.fromEntries(
        zones.flatMap(({ name, celsius }) => (celsius === undefined ? [] : [[name, celsius] as const])),
      ),
      ...(off.length > 0 && { sensorsOff: off }),
      ...(notRead.length > 0 && { notRead }),
    };
  }
}
