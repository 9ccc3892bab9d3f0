import { defineProbe, type Answers } from '../probe/probe.js';
import { railReads, railsOf, type PowerRail } from './power-rails.js';
import { zoneReads, zonesOf, type ThermalZone } from './thermal.js';

const sensorReads = { ...railReads, ...zoneReads };

/** Every power and temperature sensor, without root. */
export const sensorsProbe = defineProbe({
  name: 'sensors',
  reads: sensorReads,
  parse: (
    answers: Answers<typeof sensorReads>,
  ): { readonly rails: readonly PowerRail[]; readonly zones: readonly ThermalZone[] } => ({
    rails: railsOf(answers),
    zones: zonesOf(answers),
  }),
});
