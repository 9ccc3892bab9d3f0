import type { DeviceEntry } from '../../src/core/device.js';
import { abortFailure } from '../../src/core/errors.js';
import { entriesAfter } from '../../src/core/fleet-file-edit.js';
import type { InventoryEdit } from '../../src/core/inventory-edit.js';
import type { Inventory, InventoryProblem } from '../../src/ports/inventory.js';

/** An entry with nothing but a name and what is given. */
export function deviceEntry(name: string, fields: Partial<DeviceEntry> = {}): DeviceEntry {
  return { name, host: `${name}.local`, settings: {}, defaults: {}, labels: {}, groups: [], origin: 'file', ...fields };
}

/** An inventory whose contents the test sets. */
export class FakeInventory implements Inventory {
  readonly #listeners = new Set<() => void>();
  #devices: readonly DeviceEntry[];
  #problems: readonly InventoryProblem[] = [];
  #source: string | undefined = '/fleet.yaml';

  constructor(...devices: readonly (DeviceEntry | string)[]) {
    this.#devices = devices.map((device) => (typeof device === 'string' ? deviceEntry(device) : device));
  }

  devices(): readonly DeviceEntry[] {
    return this.#devices;
  }

  problems(): readonly InventoryProblem[] {
    return this.#problems;
  }

  source(): string | undefined {
    return this.#source;
  }

  expectedPath(): string {
    return '/fleet.yaml';
  }

  onChange(listener: () => void): () => void {
    const call = (): void => listener();
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  async edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (signal.aborted) throw abortFailure(signal);
    const devices = edits.reduce(entriesAfter, this.#devices);
    this.change({ devices, problems: this.#problems });
  }

  /** The file has changed: tells those who listen. */
  change(to: {
    readonly devices?: readonly DeviceEntry[];
    readonly problems?: readonly InventoryProblem[];
    readonly source?: string | undefined;
  }): void {
    this.#devices = to.devices ?? [];
    this.#problems = to.problems ?? [];
    this.#source = 'source' in to ? to.source : this.#source;
    for (const listener of [...this.#listeners]) listener();
  }
}
