import { z } from 'zod';
import type { DeviceEntry, DeviceState } from './device.js';
import { Failure } from './errors.js';
import { isoOfMs } from './iso-time.js';
import type { KeptFacts } from './kept-facts.js';
import { present } from './linux/present.js';
import { dataChars, firstThatFit, jsonChars } from './probes/fitting.js';
import { shortNames } from './reply/device-names.js';

export const deviceRowData = z.object({
  name: z.string(),
  host: z.string(),
  port: z.number().optional(),
  state: z.enum(['online', 'offline', 'not_asked']),
  lastSeen: z.string().optional(),
  module: z.string().optional(),
  l4t: z.string().optional(),
  jetpack: z.string().optional(),
  serial: z.string().optional(),
  factsFrom: z.string().optional().describe('Where given, module to serial are as the device reported them then.'),
  labels: z.record(z.string(), z.string()).optional(),
  groups: z.array(z.string()).optional(),
});
/** A device in a list: what the fleet file says of it, and what is known of it. */
export type DeviceRow = z.output<typeof deviceRowData>;

const sshPort = 22;

/** Whether a device has reported anything to this process. */
export const hasFacts = (state: DeviceState | undefined): boolean =>
  Object.values(state?.facts ?? {}).some((fact) => fact !== undefined);

/** The row of a device; nothing known yet is `not_asked`, never `offline`. What it reported to an earlier process stands in with its time. */
export function deviceRow(entry: DeviceEntry, state: DeviceState | undefined, kept?: KeptFacts): DeviceRow {
  const earlier = hasFacts(state) ? undefined : kept;
  const { module, l4t, jetpack, serial } = earlier?.facts ?? state?.facts ?? {};
  const port = entry.settings.port ?? entry.defaults.port;
  return present({
    name: entry.name,
    host: entry.host,
    port: port === sshPort ? undefined : port,
    state: state === undefined ? 'not_asked' : state.online ? 'online' : 'offline',
    lastSeen: state?.lastSeenMs === undefined ? undefined : isoOfMs(state.lastSeenMs),
    module,
    l4t,
    jetpack,
    serial,
    factsFrom: earlier && isoOfMs(earlier.atMs),
    labels: Object.keys(entry.labels).length === 0 ? undefined : { ...entry.labels },
    groups: entry.groups.length === 0 ? undefined : [...entry.groups],
  });
}

/** The counts and `next`. */
const countsChars = 300;
/** However long the names are that an answer is about, so much of it is for rows. */
const leastRowsChars = 2_000;

/** The rows after the device named (from the first on without a name), at most `limit` and as many as fit into an answer. */
export function pageOfRows(
  rows: readonly DeviceRow[],
  after: string | undefined,
  limit: number,
): { readonly devices: DeviceRow[]; readonly next: string | undefined } {
  const start = after === undefined ? 0 : rows.findIndex(({ name }) => name === after) + 1;
  if (after !== undefined && start === 0) {
    throw new Failure('invalid_input', '`after`: no device of that name is among the selected.', {
      hint: 'Leave out `after` to begin with the first device.',
      retry: 'no',
    });
  }
  const names = jsonChars(shortNames(rows.map(({ name }) => name)));
  const rowsChars = Math.max(leastRowsChars, dataChars - countsChars - names);
  const devices = firstThatFit(rows.slice(start, start + limit), rowsChars);
  return { devices, next: start + devices.length < rows.length ? devices.at(-1)?.name : undefined };
}
