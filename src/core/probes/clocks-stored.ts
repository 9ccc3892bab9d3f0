import { clocksStorePath } from '../jetson/clocks-store.js';
import { argv, defineProbe } from '../probe/probe.js';

/** When the clocks were stored, milliseconds since 1970 on the device's clock; undefined where that is not to be seen. */
export const clocksStoredProbe = defineProbe({
  name: 'clocks-stored',
  reads: { modified: argv(['stat', '-c', '%Y', clocksStorePath], { sudo: true }) },
  parse: ({ modified: { text } }): number | undefined =>
    /^\d{1,12}$/.test(text.trim()) ? Number(text) * 1000 : undefined,
});
