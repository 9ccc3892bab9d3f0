import { z } from 'zod';
import type { DeviceEntry, DeviceState } from './device.js';
import { isoOfMs } from './iso-time.js';
import { present } from './linux/present.js';

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
  labels: z.record(z.string(), z.string()).optional(),
  groups: z.array(z.string()).optional(),
});
/** A device in a list: what the fleet file says of it, and what is known of it. */
export type DeviceRow = z.output<typeof deviceRowData>;

const sshPort = 22;

/** The row of a device; nothing known yet is `not_asked`, never `offline`. */
export function deviceRow(entry: DeviceEntry, state: DeviceState | undefined): DeviceRow {
  const { module, l4t, jetpack, serial } = state?.facts ?? {};
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
    labels: Object.keys(entry.labels).length === 0 ? undefined : { ...entry.labels },
    groups: entry.groups.length === 0 ? undefined : [...entry.groups],
  });
}
