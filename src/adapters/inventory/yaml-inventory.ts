import { readFile, stat } from 'node:fs/promises';
import type { DeviceEntry } from '../../core/device.js';
import type { Inventory, InventoryProblem } from '../../ports/inventory.js';
import type { Logger } from '../../ports/logger.js';
import { ReadError, readProblem } from './read-problem.js';

export interface YamlInventoryOptions {
  /** What `~` stands for in the file. */
  readonly home: string;
  readonly logger: Logger;
  /** The user named this file, so that its absence is a problem. */
  readonly named?: boolean;
  /** How often the file is looked at. A change counts once it was seen twice alike, so that a half-written file is not read. */
  readonly pollMs?: number;
}

const defaultPollMs = 1000;
const largestFileBytes = 8 * 1024 * 1024;
const absent = 'absent';

/** What tells one state of a file from another, also after it was replaced by renaming. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' || code === 'ENOTDIR' ? absent : `unreadable ${code}`;
  }
}

async function readText(path: string): Promise<string> {
  // Looked at before it is opened: opening a pipe would wait for its writer.
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory()) throw new ReadError('ENOTSUP');
  if (found.size > largestFileBytes) throw new ReadError('EFBIG');
  return await readFile(path, 'utf8');
}

/**
 * The fleet file, looked at again and again by its time stamps: that also sees a file that is replaced by renaming,
 * appears later or vanishes, in folders that do not exist yet. The timer does not keep the process alive.
 */
export class YamlInventory implements Inventory {
  readonly #path: string;
  readonly #options: YamlInventoryOptions;
  readonly #listeners = new Set<() => void>();
  #devices: readonly DeviceEntry[] = [];
  #problems: readonly InventoryProblem[] = [];
  /** The state of the file that was read last, and the one that the last look found. */
  #read = '';
  #seen = '';
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string, options: YamlInventoryOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** Reads the file, and from then on follows it. Never rejects for what is in the file, or that there is none. */
  static async open(path: string, options: YamlInventoryOptions): Promise<YamlInventory> {
    const inventory = new YamlInventory(path, options);
    await inventory.refresh();
    inventory.#timer = setInterval(() => void inventory.#look(), options.pollMs ?? defaultPollMs);
    inventory.#timer.unref();
    return inventory;
  }

  devices(): readonly DeviceEntry[] {
    return this.#devices;
  }

  problems(): readonly InventoryProblem[] {
    return this.#problems;
  }

  source(): string | undefined {
    return this.#read === absent ? undefined : this.#path;
  }

  expectedPath(): string {
    return this.#path;
  }

  onChange(listener: () => void): () => void {
    const call = (): void => listener();
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  /** Reads the file now if it is not as it was read last. Calls in turn. */
  refresh(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#readIfChanged());
    return this.#turn;
  }

  /** Ends following the file. */
  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    const signature = await signatureOf(this.#path);
    const settled = signature === this.#seen;
    this.#seen = signature;
    if (settled && signature !== this.#read) await this.refresh();
  }

  async #readIfChanged(): Promise<void> {
    const signature = await signatureOf(this.#path);
    if (signature === this.#read) return;
    const first = this.#read === '';
    // Taken before the text: a change during the reading makes the next look read again.
    this.#read = signature;
    if (signature === absent) this.#take([], this.#options.named ? [this.#missing()] : []);
    else await this.#readFile();
    if (first) return;
    this.#options.logger.log('info', 'The fleet file was read again.', {
      devices: this.#devices.length,
      problems: this.#problems.length,
    });
    for (const listener of [...this.#listeners]) listener();
  }

  async #readFile(): Promise<void> {
    try {
      const text = await readText(this.#path);
      // A separate chunk of the build: the YAML library is loaded with the first file, not at the start.
      const { readFleetYaml } = await import('./fleet-yaml.js');
      const { devices, problems } = readFleetYaml(text, this.#options.home);
      this.#take(devices, problems);
    } catch (error) {
      this.#take(undefined, [readProblem(error)]);
    }
  }

  /** Without devices, those of the last good reading stay in use, and the problems say so. */
  #take(devices: readonly DeviceEntry[] | undefined, problems: readonly InventoryProblem[]): void {
    this.#devices = devices ?? this.#devices;
    const kept = devices === undefined ? this.#devices.length : 0;
    const stay = kept === 0 ? [] : [keptProblem(kept)];
    this.#problems = [...problems, ...stay];
  }

  #missing(): InventoryProblem {
    const message = `There is no file at ${this.#path}.`;
    return { field: '', message, fix: 'Create it with `jetfleet init`, or correct --config or JETFLEET_CONFIG.' };
  }
}

function keptProblem(count: number): InventoryProblem {
  const message = `The ${count} devices of the last good reading stay in use.`;
  return { field: '', message, fix: 'Mend the file; it is read again by itself.' };
}
