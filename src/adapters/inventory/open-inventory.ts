import type { DeviceEntry } from '../../core/device.js';
import type { InventoryEdit } from '../../core/inventory-edit.js';
import type { Inventory, InventoryProblem } from '../../ports/inventory.js';
import type { Logger } from '../../ports/logger.js';
import { EnvironmentInventory, type Environment } from './environment-inventory.js';
import { YamlInventory } from './yaml-inventory.js';

export interface OpenInventoryOptions {
  /** The file the user named, if any. */
  readonly named?: string | undefined;
  /** The platform's place for the fleet file. */
  readonly defaultPath: string;
  readonly env: Environment;
  /** What `~` stands for. */
  readonly home: string;
  readonly logger: Logger;
  readonly pollMs?: number;
}

/** An inventory that follows its file until it is closed. */
export interface OpenedInventory extends Inventory {
  close(): void;
}

/**
 * Opens the one source of devices: the file that the user named; without one, the file at the platform's place if it is
 * there; without that, the JETSON_* variables. Sources are never mixed.
 */
export async function openInventory(options: OpenInventoryOptions): Promise<OpenedInventory> {
  const { named, defaultPath, env, ...rest } = options;
  if (named !== undefined) return await YamlInventory.open(named, { ...rest, named: true });
  const file = await YamlInventory.open(defaultPath, rest);
  const environment = new EnvironmentInventory(env, { home: options.home, expectedPath: defaultPath });
  return environment.source() === undefined ? file : new FileOrEnvironment(file, environment, options.logger);
}

class FileOrEnvironment implements OpenedInventory {
  readonly #file: YamlInventory;
  readonly #environment: EnvironmentInventory;
  readonly #logger: Logger;

  constructor(file: YamlInventory, environment: EnvironmentInventory, logger: Logger) {
    this.#file = file;
    this.#environment = environment;
    this.#logger = logger;
    this.#say();
    file.onChange(() => this.#say());
  }

  devices(): readonly DeviceEntry[] {
    return this.#now().devices();
  }

  problems(): readonly InventoryProblem[] {
    return this.#now().problems();
  }

  refresh(): Promise<void> {
    return this.#file.refresh();
  }

  source(): string | undefined {
    return this.#now().source();
  }

  expectedPath(): string {
    return this.#file.expectedPath();
  }

  onChange(listener: () => void): () => void {
    return this.#file.onChange(listener);
  }

  edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void> {
    return this.#now().edit(edits, signal);
  }

  close(): void {
    this.#file.close();
  }

  #now(): Inventory {
    return this.#file.source() === undefined ? this.#environment : this.#file;
  }

  #say(): void {
    if (this.#now() === this.#environment) return;
    this.#logger.log('warn', 'The JETSON_* variables are not used, because there is a fleet file.');
  }
}
