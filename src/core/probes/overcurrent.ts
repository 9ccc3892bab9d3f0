import { file, glob, type Answers } from '../probe/probe.js';
import { foldersOf, wholeNumber } from './folders.js';

/** The over-current counters of Orin and later, with the device's own clock to make rates of them. */
export const overcurrentReads = {
  uptime: file('/proc/uptime'),
  ocChips: glob('/sys/class/hwmon/hwmon*/name'),
  ocCounts: glob('/sys/class/hwmon/hwmon*/oc*_event_cnt'),
};

/** Counters at one moment, by name: `oc1` under-voltage, `oc2` average current, `oc3` momentary current. */
export interface OvercurrentCount {
  /** Seconds since boot. */
  readonly uptimeSeconds?: number;
  readonly counts: ReadonlyMap<string, number>;
  /** The counters are there and the login user may not read them. */
  readonly denied?: true;
}

/** The counters of the `soctherm_oc` chip; none on boards before Orin. */
export function overcurrentOf({ uptime, ocChips, ocCounts }: Answers<typeof overcurrentReads>): OvercurrentCount {
  const chip = [...foldersOf(ocChips, ocCounts).values()].find((folder) => folder.get('name') === 'soctherm_oc');
  const seconds = Number.parseFloat(uptime.text);
  const counts = [...(chip ?? [])].flatMap(([name, text]): [string, number][] => {
    const [, counter] = /^(oc[1-9])_event_cnt$/.exec(name) ?? [];
    const count = wholeNumber(text);
    return counter === undefined || count === undefined ? [] : [[counter, count]];
  });
  return {
    ...(Number.isFinite(seconds) && { uptimeSeconds: seconds }),
    counts: new Map(counts),
    ...(ocCounts.unreadable.length > 0 && { denied: true as const }),
  };
}
