import { Failure } from '../errors.js';
import { bootTimes } from '../linux/boot-times.js';
import { defineProbe, file } from '../probe/probe.js';

/** The device's own time, to the second; milliseconds since 1970. A board without a battery may be years behind. */
export const clockProbe = defineProbe({
  name: 'clock',
  reads: { uptime: file('/proc/uptime'), stat: file('/proc/stat') },
  parse: ({ uptime, stat }): number => {
    const { clockMs } = bootTimes(uptime.text, stat.text);
    if (clockMs !== undefined) return clockMs;
    throw new Failure('unsupported', "The device's clock could not be read, so an age cannot be reckoned.", {
      hint: 'Give a moment instead of an age.',
    });
  },
});
