import type { CoolingDevice, ThermalZone } from '../probes/thermal.js';
import type { ThrottleReason } from './throttle-reasons.js';

/**
 * Cooling devices whose state means that clocks are held down. Fans are not among them, nor are `cpufreq-*` and
 * `devfreq-*`: their state follows the power mode's limits too.
 */
const throttlers = /-(?:alert|balanced|throttle|heavy)$/;
const nearCelsius = 5;

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

/** What the thermal framework does to the clocks, or is about to do. */
export function thermalReasons(zones: readonly ThermalZone[], cooling: readonly CoolingDevice[]): ThrottleReason[] {
  const reasons: ThrottleReason[] = [];
  for (const { name, state, maxState } of cooling) {
    if (!throttlers.test(name) || state === 0) continue;
    const evidence = { coolingDevice: name, state, ...(maxState !== undefined && { maxState }) };
    if (name.startsWith('hot-surface'))
      reasons.push({
        kind: 'hot_surface',
        active: true,
        says: 'The board reports a hot surface: mind what touches it.',
        evidence,
      });
    else {
      const says = `Thermal throttling is on (${name} at ${state}${maxState === undefined ? '' : ` of ${maxState}`}): clocks are held down until it cools. See fan_status.`;
      reasons.push({ kind: 'thermal_throttling', active: true, says, evidence });
    }
  }
  for (const { name, celsius, trips } of zones) {
    // The fan's estimate is an average; its trips steer the fan alone.
    const passive = trips.filter(({ kind }) => kind === 'passive').map((trip) => trip.celsius);
    if (celsius === undefined || passive.length === 0 || name.includes('fan')) continue;
    const tripCelsius = Math.min(...passive);
    const evidence = { zone: name, celsius: oneDecimal(celsius), tripCelsius: oneDecimal(tripCelsius) };
    if (celsius >= tripCelsius) {
      const says = `${name} is at ${evidence.celsius} C, over the ${evidence.tripCelsius} C at which clocks are lowered. See fan_status.`;
      reasons.push({ kind: 'thermal_throttling', active: true, says, evidence });
    } else if (celsius >= tripCelsius - nearCelsius) {
      const says = `${name} is at ${evidence.celsius} C, close to the ${evidence.tripCelsius} C at which clocks are lowered.`;
      reasons.push({ kind: 'thermal_limit_near', active: false, says, evidence });
    }
  }
  return reasons;
}
