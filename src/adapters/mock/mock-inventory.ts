import type { DeviceEntry } from '../../core/device.js';
import { Failure } from '../../core/errors.js';
import type { ClientSettings, InventoryEdit } from '../../core/inventory-edit.js';
import type { Inventory } from '../../ports/inventory.js';

/** The devices of a transcript. Edits change them in memory and last as long as the program. */
export class MockInventory implements Inventory {
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  #devices: readonly DeviceEntry[];

  /** `name` is what messages call the transcript. */
  constructor(devices: readonly DeviceEntry[], name: string) {
    this.#devices = devices;
    this.#name = name;
  }

  devices(): readonly DeviceEntry[] {
    return this.#devices;
  }

  problems(): readonly never[] {
    return [];
  }

  source(): string {
    return this.#name;
  }

  expectedPath(): string {
    return this.#name;
  }

  onChange(listener: () => void): () => void {
    const call = (): void => listener();
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  async edit(edits: readonly InventoryEdit[]): Promise<void> {
    await Promise.resolve();
    this.#devices = edits.reduce(edited, this.#devices);
    for (const listener of [...this.#listeners]) listener();
  }
}

function edited(devices: readonly DeviceEntry[], edit: InventoryEdit): readonly DeviceEntry[] {
  const old = devices.find(({ name }) => name === edit.device);
  if (edit.edit === 'add') {
    if (old !== undefined) throw doesNotFit('There is a device of that name already.');
    const { device: name, settings } = edit;
    const fresh = { name, host: settings.host, settings: {}, defaults: {}, labels: {}, groups: [] };
    return [...devices, withSettings({ ...fresh, origin: 'client' }, settings)];
  }
  if (old === undefined) throw doesNotFit('There is no device of that name.');
  const put = (entry: DeviceEntry): readonly DeviceEntry[] => devices.map((each) => (each === old ? entry : each));
  switch (edit.edit) {
    case 'remove':
      return devices.filter((each) => each !== old);
    case 'trust':
      return put({ ...old, settings: { ...old.settings, hostKeys: { fingerprint: edit.fingerprint } } });
    case 'set':
      return put(withSettings(old, edit.settings));
  }
}

function withSettings(entry: DeviceEntry, given: ClientSettings): DeviceEntry {
  const { host = entry.host, port = entry.settings.port, user = entry.settings.user } = given;
  const moved = host !== entry.host || port !== entry.settings.port;
  const labels = Object.entries({ ...entry.labels, ...given.labels }).filter(([, value]) => value !== null);
  return {
    ...entry,
    host,
    // What a device was trusted for, it was trusted for at its old address.
    settings: moved ? { user, port } : { ...entry.settings, user },
    labels: Object.fromEntries(labels) as Readonly<Record<string, string>>,
    groups: given.groups ?? entry.groups,
    origin: moved ? 'client' : entry.origin,
  };
}

function doesNotFit(message: string): Failure {
  return new Failure('invalid_input', message, { hint: 'device_list names the devices there are.', retry: 'no' });
}
