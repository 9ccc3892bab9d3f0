// A calendar, not a clock: nothing here asks what time it is.
// eslint-disable-next-line no-restricted-globals
const Calendar = Date;

const lastMs = 8.64e15;

/** ISO 8601 in UTC of milliseconds since 1970; undefined where no calendar has them. */
export function isoOfMs(ms: number): string | undefined {
  return Math.abs(ms) <= lastMs ? new Calendar(ms).toISOString() : undefined;
}

/** Milliseconds since 1970 of an ISO 8601 moment; undefined for what is none. */
export function msOfIso(text: string): number | undefined {
  const ms = Calendar.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
