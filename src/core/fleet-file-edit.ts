import type { DeviceEntry } from './device.js';
import { Failure } from './errors.js';
import { problemsOf } from './fleet-file-problem.js';
import { deviceSchema } from './fleet-file-schema.js';
import type { ClientSettings, InventoryEdit } from './inventory-edit.js';
import { jumpsTo } from './jump-cycles.js';

/** What a device has for its address and its trusted key only; a new address does not inherit it. */
export const addressBound = ['password', 'passphrase', 'sudo', 'identityFile', 'hostKeys'] as const;
export type AddressBound = (typeof addressBound)[number];

/** Devices that a fleet file may hold for a client to add one more. */
export const mostDevices = 5000;
const mostLabels = 32;

/** The address-bound keys that a device has of its own. */
export function boundTo({ settings }: DeviceEntry): readonly AddressBound[] {
  return addressBound.filter((key) => settings[key] !== undefined);
}

/** What of the settings a device does not have already. Groups are the same in any order. */
export function changesOf(entry: DeviceEntry, settings: ClientSettings): ClientSettings {
  const { host, port, user, labels, groups } = settings;
  const other = Object.entries(labels ?? {}).filter(([label, value]) => (entry.labels[label] ?? null) !== value);
  const regrouped = groups !== undefined && [...new Set(groups)].sort().join() !== [...entry.groups].sort().join();
  return {
    ...(host !== undefined && host !== entry.host && { host }),
    ...(port !== undefined && port !== entry.settings.port && { port }),
    ...(user !== undefined && user !== entry.settings.user && { user }),
    ...(other.length > 0 && { labels: Object.fromEntries(other) }),
    ...(regrouped && { groups: [...new Set(groups)] }),
  };
}

/**
 * Whether changes lead to another address. A first port counts as one: without it `~/.ssh/config` may have said another.
 */
export function isReaddressed(changes: ClientSettings): boolean {
  return changes.host !== undefined || changes.port !== undefined;
}

/** Devices that jump through a host of that name. */
export function jumpingThrough(entries: readonly DeviceEntry[], name: string): readonly string[] {
  return entries
    .filter(({ settings, defaults }) => jumpsTo(settings.jump ?? defaults.jump ?? '', name))
    .map((entry) => entry.name);
}

function refuse(message: string, hint: string): Failure {
  return new Failure('invalid_input', message, { hint });
}

/** Throws for what the fleet file's grammar does not take, or a message could not show as it is. */
function checkSettings(name: string, settings: ClientSettings): void {
  const { host = 'unchanged', port, user, labels = {}, groups } = settings;
  const texts = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, value ?? '']));
  const fields = { name, host, labels: texts, ...(port !== undefined && { port }), ...(groups && { groups }) };
  const entry = user === undefined ? fields : { ...fields, user };
  const parsed = deviceSchema.safeParse(entry);
  const problem = parsed.success ? undefined : problemsOf(parsed.error, entry, [], () => [])[0];
  if (problem !== undefined) throw refuse(problem.message, problem.fix);
  if (/\p{C}/u.test([user ?? '', ...Object.values(texts)].join(''))) {
    throw refuse('user or labels hold a character that cannot be seen.', 'Use printable characters only.');
  }
  if (Object.keys(labels).length > mostLabels || (groups?.length ?? 0) > mostLabels) {
    throw refuse(`labels and groups take ${mostLabels} entries at most.`, 'Leave some out.');
  }
}

function added(
  entries: readonly DeviceEntry[],
  name: string,
  settings: ClientSettings & { host: string },
): DeviceEntry {
  checkSettings(name, settings);
  const alike = entries.find((entry) => entry.name.toLowerCase() === name.toLowerCase());
  if (alike !== undefined) {
    const message =
      alike.name === name
        ? `${name} exists already, with other settings.`
        : `${alike.name} exists already; ${name} would be mistaken for it.`;
    throw refuse(message, `Change ${alike.name} with device_edit, or choose another name.`);
  }
  if (entries.length >= mostDevices) {
    throw refuse(`The fleet file holds ${mostDevices} devices, as many as it may.`, 'Remove some with device_remove.');
  }
  const through = jumpingThrough(entries, name);
  if (through.length > 0) {
    // The name means a host of ~/.ssh/config or of the DNS now; a device of that name would lead the way elsewhere.
    throw refuse(
      `${name} is the name of a jump host that other devices go through.`,
      'Choose another name. Only the user gives a jump host a place in the fleet file, by hand.',
    );
  }
  const { host, port, user, labels = {}, groups = [] } = settings;
  const texts = Object.entries(labels).filter((pair): pair is [string, string] => pair[1] !== null);
  return {
    name,
    host,
    settings: { ...(port !== undefined && { port }), ...(user !== undefined && { user }) },
    defaults: {},
    labels: Object.fromEntries(texts),
    groups: [...new Set(groups)],
    origin: 'client',
  };
}

function withSettings(entry: DeviceEntry, wanted: ClientSettings): DeviceEntry {
  checkSettings(entry.name, wanted);
  const changes = changesOf(entry, wanted);
  const { host = entry.host, port, user, labels = {}, groups = entry.groups } = changes;
  const elsewhere = isReaddressed(changes);
  const kept = Object.entries(entry.settings).filter(
    ([key]) => !elsewhere || !(addressBound as readonly string[]).includes(key),
  );
  const texts = Object.entries({ ...entry.labels, ...labels }).filter(([, value]) => value !== null);
  return {
    ...entry,
    host,
    settings: {
      ...Object.fromEntries(kept),
      ...(port !== undefined && { port }),
      ...(user !== undefined && { user }),
    },
    labels: Object.fromEntries(texts) as Record<string, string>,
    groups,
    origin: elsewhere ? 'client' : entry.origin,
  };
}

function trusting(entry: DeviceEntry, fingerprint: string): DeviceEntry {
  const parsed = deviceSchema.shape.hostKeys.safeParse({ fingerprint });
  if (!parsed.success) throw refuse('fingerprint takes SHA256: and 43 characters.', 'Ask device_trust again.');
  return { ...entry, settings: { ...entry.settings, hostKeys: { fingerprint } } };
}

/** The devices after one edit; others stay the very objects they are. Throws `invalid_input` where it does not fit. */
export function entriesAfter(entries: readonly DeviceEntry[], edit: InventoryEdit): readonly DeviceEntry[] {
  if (edit.edit === 'add') return [...entries, added(entries, edit.device, edit.settings)];
  if (!entries.some(({ name }) => name === edit.device)) {
    throw refuse(`There is no device ${JSON.stringify(edit.device.slice(0, 80))}.`, 'device_list has the names.');
  }
  if (edit.edit === 'remove') return entries.filter(({ name }) => name !== edit.device);
  return entries.map((entry) => {
    if (entry.name !== edit.device) return entry;
    return edit.edit === 'set' ? withSettings(entry, edit.settings) : trusting(entry, edit.fingerprint);
  });
}
