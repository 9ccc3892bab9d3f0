import { present } from '../../linux/present.js';
import { dataChars, firstThatFit, jsonChars } from '../../probes/fitting.js';
import type { ImagesRow, MatchData, RefusalRow, RunRow } from './match-data.js';

/** Everything that was found. */
export interface MatchFound {
  readonly runs?: readonly RunRow[];
  readonly no?: readonly RefusalRow[];
  readonly images?: readonly ImagesRow[];
  readonly notes: readonly string[];
}

const most = { notes: 5, reasons: 8, rows: 20, devices: 40 };

/** Names of hundreds of devices would crowd out what is said of them; the envelope has them all. */
function named<T extends { readonly devices: string[] }>(row: T): T {
  const { devices } = row;
  if (devices.length <= most.devices) return row;
  return { ...row, devices: devices.slice(0, most.devices), moreDevices: devices.length - most.devices };
}

/** What runs is told first, then what does not, as much as fits into an answer. */
export function matchPage({ runs = [], no = [], images = [], notes }: MatchFound): MatchData {
  const brief = no.map((row) =>
    row.reasons === undefined ? row : { ...row, reasons: row.reasons.slice(0, most.reasons) },
  );
  let left = dataChars - jsonChars(notes.slice(0, most.notes));
  let rows = most.rows;
  const taken = <T extends { readonly devices: string[] }>(all: readonly T[]): T[] | undefined => {
    if (all.length === 0 || rows <= 0 || left <= 0) return undefined;
    const fitting = firstThatFit(all.slice(0, rows).map(named), left);
    left -= jsonChars(fitting);
    rows -= fitting.length;
    return fitting;
  };
  const shown = { runs: taken(runs), images: taken(images), no: taken(brief) };
  const count = (all: readonly unknown[] | undefined): number => all?.length ?? 0;
  const more = runs.length + images.length + no.length - count(shown.runs) - count(shown.images) - count(shown.no);
  return present({
    ...shown,
    notes: notes.length === 0 ? undefined : notes.slice(0, most.notes),
    more: more === 0 ? undefined : more,
  });
}
