import { Failure } from '../../src/core/errors.js';
import { defineProbe } from '../../src/core/probe/probe.js';
import { powerModeOf, powerModeReads } from '../../src/core/probes/power-mode.js';
import type { DeviceResource } from '../../src/ports/resource.js';

const probe = defineProbe({ name: 'power-mode', reads: powerModeReads, parse: powerModeOf });

/** The power mode the board is in. */
export const powerModeResource: DeviceResource = {
  path: 'hardware/power_mode',
  name: 'power_mode',
  title: 'Power mode',
  description: "The present power mode by id and name, and the names of the board's other modes.",
  like: ['power_modes'],
  async read(device, call) {
    const { current, conf } = await device.ask(probe, call.signal);
    if (current === undefined) {
      throw new Failure('unsupported', 'The device has no nvpmodel to tell its power mode.', {
        hint: 'Run device_describe on it.',
      });
    }
    const { from: _from, ...mode } = current;
    return { ...mode, ...(conf && { modes: conf.modes.map(({ id, name }) => ({ id, name })) }) };
  },
};
