import { readFile, stat } from 'node:fs/promises';
import type { DeviceEntry } from '../../core/device.js';
import type { InventoryEdit } from '../../core/inventory-edit.js';
import type { Inventory, InventoryProblem } from '../../ports/inventory.js';
import type { Logger } from '../../ports/logger.js';
import { EditQueue } from './edit-queue.js';
import type { FleetYaml } from './fleet-yaml.js';
import { codeOf, ReadError, readProblem } from './read-problem.js';

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
/** What a client's first device is written into. */
const newFleetFile = `# The fleet file of jetfleet: one entry for each device. It is yours; edits by tools keep its comments and order.
# \`addedBy: client\` marks what an assistant added: no secret goes there before its host key is pinned (device_trust).
# Take that line away once you know that the address is right.
`;

/** Time stamps tick as seldom as every few milliseconds (on some disks, seconds): two writes can share one. */
const sameTickMs = 2000;

interface Look {
  /** What tells one state of a file from another, also after it was replaced by renaming. */
  readonly signature: string;
  /** It was written so lately that another write could leave the same signature. */
  readonly fresh: boolean;
}

async function lookAt(path: string): Promise<Look> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    const signature = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    return { signature, fresh: Date.now() - Number(ctimeMs) < sameTickMs };
  } catch (error) {
    const code = codeOf(error);
    return { signature: code === 'ENOENT' || code === 'ENOTDIR' ? absent : `unreadable ${code}`, fresh: false };
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
  readonly #edits = new EditQueue((edits, signal) => this.#edit(edits, signal));
  #devices: readonly DeviceEntry[] = [];
  #problems: readonly InventoryProblem[] = [];
  /** What was found at the last reading: `absent`, an error or the text. Undefined before the first. */
  #content: string | undefined;
  /** Signatures of the file at the last reading (empty where that proves nothing) and at the last look. */
  #read = '';
  #seen = '';
  #turn: Promise<void> = Promise.resolve();
  /** What an edit has just written and read. */
  #written: (FleetYaml & { readonly text: string }) | undefined;
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
    return this.#content === absent ? undefined : this.#path;
  }

  expectedPath(): string {
    return this.#path;
  }

  onChange(listener: () => void): () => void {
    const call = (): void => listener();
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void> {
    return this.#edits.add(edits, signal);
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

  async #edit(edits: readonly InventoryEdit[], signal: AbortSignal): Promise<void> {
    // A separate chunk of the build, as most sessions edit nothing.
    const [{ rewriteFile }, { editFleetYaml }] = await Promise.all([
      import('./rewrite-file.js'),
      import('./fleet-yaml-edit.js'),
    ]);
    const { home } = this.#options;
    await rewriteFile(
      this.#path,
      (text) => (this.#written = editFleetYaml(text ?? newFleetFile, edits, home)).text,
      signal,
    );
    await this.refresh();
    this.#written = undefined;
  }

  async #look(): Promise<void> {
    const { signature } = await lookAt(this.#path);
    const settled = signature === this.#seen;
    this.#seen = signature;
    if (settled && signature !== this.#read) await this.refresh();
  }

  async #readIfChanged(): Promise<void> {
    // Looked at before it is read: a change during the reading makes the next look read again.
    const { signature, fresh } = await lookAt(this.#path);
    if (signature === this.#read) return;
    const first = this.#content === undefined;
    const changed = signature === absent ? this.#leave() : await this.#readFile();
    this.#read = fresh ? '' : signature;
    if (first || !changed) return;
    this.#options.logger.log('info', 'The fleet file was read again.', {
      devices: this.#devices.length,
      problems: this.#problems.length,
    });
    for (const listener of [...this.#listeners]) this.#tell(listener);
  }

  /** Whether this is another content than that of the last reading. */
  #isNew(content: string): boolean {
    const changed = content !== this.#content;
    this.#content = content;
    return changed;
  }

  #leave(): boolean {
    if (!this.#isNew(absent)) return false;
    this.#take([], this.#options.named ? [this.#missing()] : []);
    return true;
  }

  /** A listener that fails must neither silence the others nor end the process. */
  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#options.logger.log('error', 'A listener to the fleet file failed.', { error });
    }
  }

  async #readFile(): Promise<boolean> {
    try {
      const text = await readText(this.#path);
      if (!this.#isNew(`text ${text}`)) return false;
      // A separate chunk of the build: the YAML library is loaded with the first file, not at the start.
      const { readFleetYaml } = await import('./fleet-yaml.js');
      const known = this.#written?.text === text ? this.#written : undefined;
      const { devices, problems } = known ?? readFleetYaml(text, this.#options.home);
      this.#take(devices, problems);
    } catch (error) {
      // Not the error itself: a parser's may quote the file.
      const [code, name] = [codeOf(error), error instanceof Error ? error.name : typeof error];
      if (!this.#isNew(`error ${code} ${name}`)) return false;
      this.#options.logger.log('debug', 'The fleet file could not be read.', { code, name });
      this.#take(undefined, [readProblem(error)]);
    }
    return true;
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
  const what = count === 1 ? 'device of the last good reading stays' : `${count} devices of the last good reading stay`;
  const message = `The ${what} in use.`;
  return { field: '', message, fix: 'Mend the file; it is read again by itself.' };
}
