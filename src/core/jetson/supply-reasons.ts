import type { OvercurrentCount } from '../probes/overcurrent.js';
import type { PowerRail } from '../probes/power-rails.js';
import type { ThrottleReason } from './throttle-reasons.js';

export interface OvercurrentRate {
  readonly sinceBoot: number;
  /** Absent where the two looks were too close together to tell. */
  readonly perSecond?: number;
}

const shortestSeconds = 0.2;

/** The counters and how fast they rise, from two looks. A counter that went backwards (a reboot between) has no rate. */
export function overcurrentRates(
  first: OvercurrentCount,
  second: OvercurrentCount,
): ReadonlyMap<string, OvercurrentRate> {
  const seconds = (second.uptimeSeconds ?? Number.NaN) - (first.uptimeSeconds ?? Number.NaN);
  return new Map(
    [...second.counts].map(([counter, sinceBoot]) => {
      const before = first.counts.get(counter);
      const known = before !== undefined && sinceBoot >= before && seconds >= shortestSeconds;
      return [
        counter,
        { sinceBoot, ...(known && { perSecond: Math.round(((sinceBoot - before) / seconds) * 10) / 10 }) },
      ];
    }),
  );
}

/**
 * One OC3 event is about 1 ms at half clock, and an Orin Nano in MAXN_SUPER has 1 to 30 a second all the time without
 * losing 1.5 %. Only a faster rate is worth a word.
 */
const harmlessSpikesPerSecond = 30;

/** What is wrong with the power that comes in. */
export function supplyReasons(
  rails: readonly PowerRail[],
  rates: ReadonlyMap<string, OvercurrentRate>,
): ThrottleReason[] {
  const reasons: ThrottleReason[] = [];
  for (const { name, milliamps, criticalMilliamps, alarm } of rails) {
    const isOver = milliamps !== undefined && criticalMilliamps !== undefined && milliamps >= criticalMilliamps;
    if (alarm !== true && !isOver) continue;
    const evidence = {
      rail: name,
      ...(milliamps !== undefined && { milliamps }),
      ...(criticalMilliamps !== undefined && { criticalMilliamps }),
    };
    const says = `${name} is over its critical current: the supply or a peripheral is asked for too much. See sensor_read.`;
    reasons.push({ kind: 'supply_alarm', active: true, says, evidence });
  }
  const [oc1, oc2, oc3] = [rates.get('oc1'), rates.get('oc2'), rates.get('oc3')];
  const counted = (
    kind: 'undervoltage' | 'overcurrent',
    what: string,
    rate: OvercurrentRate | undefined,
    advice: string,
  ): void => {
    if (rate === undefined || rate.sinceBoot === 0) return;
    const active = (rate.perSecond ?? 0) > 0;
    const when = rate.perSecond === undefined ? '' : active ? `, ${rate.perSecond} a second now` : ', none just now';
    reasons.push({
      kind,
      active,
      says: `${what} ${rate.sinceBoot} times since boot${when}; each time clocks drop. ${advice}`,
      evidence: { ...rate },
    });
  };
  counted('undervoltage', 'The supply voltage sagged', oc1, 'Check the power supply and its cable.');
  counted(
    'overcurrent',
    'The board drew more than its average current limit',
    oc2,
    'A lower power mode (see power_modes) or a lighter load avoids it.',
  );
  if (oc3?.perSecond !== undefined && oc3.perSecond > harmlessSpikesPerSecond) {
    const lossPercent = Math.round(oc3.perSecond * 0.05 * 10) / 10;
    const says = `${oc3.perSecond} current spikes a second, each about 1 ms at half clock: roughly ${lossPercent} % of speed.`;
    reasons.push({ kind: 'overcurrent_spikes', active: true, says, evidence: { ...oc3, lossPercent } });
  }
  return reasons;
}
