import type { DeviceEntry } from '../src/core/device.js';
import { isReaddressed, type AddressBound } from '../src/core/fleet-file-edit.js';
import type { ClientSettings } from '../src/core/inventory-edit.js';
import { itsOwn, jumpWords } from './inventory-words.js';

/** `host 10.0.0.5 becomes 10.0.0.6, label site goes`; the device is named beside it. */
function changeWords(entry: DeviceEntry, changes: ClientSettings): string {
  const { host, port, user, labels = {}, groups } = changes;
  const said = [
    host === undefined ? [] : `host ${entry.host} becomes ${host}`,
    port === undefined ? [] : `port becomes ${port}`,
    user === undefined ? [] : `user becomes ${user}`,
    Object.entries(labels).map(([label, value]) => `label ${label} ${value === null ? 'goes' : `becomes ${value}`}`),
    groups === undefined ? [] : groups.length === 0 ? 'all its groups go' : `its groups become ${groups.join(', ')}`,
  ].flat();
  return said.length === 0 ? 'is so already' : said.join(', ');
}

/** What an edit means: what becomes of the settings, what does not follow to a new address, and who jumps through it. */
export function editWords(
  entry: DeviceEntry,
  changes: ClientSettings,
  bound: readonly AddressBound[],
  jumping: readonly string[],
): string {
  const moves = isReaddressed(changes);
  return [
    changeWords(entry, changes),
    ...(bound.length > 0 ? [`takes ${itsOwn(bound)} out of the fleet file`] : []),
    ...(moves ? [`nothing secret goes to the new address until a person runs device_trust${jumpWords(jumping)}`] : []),
  ].join('; ');
}

/** The settings that would undo changes; undefined where one was not set before, as nothing can be unset. */
export function settingsBefore(entry: DeviceEntry, changes: ClientSettings): ClientSettings | undefined {
  const { port, user } = entry.settings;
  if ((changes.port !== undefined && port === undefined) || (changes.user !== undefined && user === undefined)) {
    return undefined;
  }
  const labels = Object.keys(changes.labels ?? {}).map((label) => [label, entry.labels[label] ?? null] as const);
  return {
    ...(changes.host !== undefined && { host: entry.host }),
    ...(changes.port !== undefined && { port }),
    ...(changes.user !== undefined && { user }),
    ...(changes.labels !== undefined && { labels: Object.fromEntries(labels) }),
    ...(changes.groups !== undefined && { groups: entry.groups }),
  };
}
