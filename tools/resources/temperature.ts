import { Failure } from '../../src/core/errors.js';
import { hotZones } from '../../src/core/jetson/hot-zones.js';
import { thermalZones } from '../../src/core/probes/thermal.js';
import type { DeviceResource } from '../../src/ports/resource.js';

/** The board's temperatures, by thermal zone, in degrees Celsius. */
export const temperatureResource: DeviceResource = {
  path: 'hardware/temperature',
  name: 'temperature',
  title: 'Temperatures',
  description: 'Temperature of each thermal zone in degrees Celsius. Sensors that are switched off are absent.',
  like: ['hardware_stats', 'sensor_read'],
  async read(device, call) {
    const zones = await device.ask(thermalZones, call.signal);
    const known = zones.flatMap(({ name, celsius }) => (celsius === undefined ? [] : [[name, celsius] as const]));
    if (known.length === 0) {
      throw new Failure('unsupported', 'The device shows no temperature in /sys/class/thermal.', {
        hint: 'Run device_describe on it.',
      });
    }
    const temperaturesCelsius = Object.fromEntries(known);
    const hot = hotZones(temperaturesCelsius, call.temperatureLimits);
    return { temperaturesCelsius, ...(hot.length > 0 && { hot }) };
  },
};
