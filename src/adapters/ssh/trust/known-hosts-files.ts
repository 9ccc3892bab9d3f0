import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '../../../ports/logger.js';
import { fileStamp } from './file-stamp.js';
import { hashName, KnownHosts, type KnownKey } from './known-hosts.js';

/** A key to be written down. */
export interface NewKey {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

interface Cached {
  readonly stamp: string;
  readonly text: string;
  readonly table: KnownHosts;
}

/** The known_hosts files of this machine: each is read once and again when it changed. */
export class KnownHostsFiles {
  readonly #logger: Logger;
  readonly #cache = new Map<string, Cached>();
  readonly #reading = new Map<string, Promise<KnownHosts>>();
  readonly #appending = new Map<string, Promise<void>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The keys that these files list for a name. A file that is not there lists none. */
  async find(files: readonly string[], name: string): Promise<readonly KnownKey[]> {
    const tables = await Promise.all(files.map((file) => this.#table(file)));
    return tables.flatMap((table) => table.find(name));
  }

  /**
   * Adds a key, unless the file lists one for that name by now. The line is appended in one write, so that several
   * processes may do it at once.
   */
  async add(file: string, key: NewKey, hashed: boolean): Promise<void> {
    const before = this.#appending.get(file) ?? Promise.resolve();
    const mine = before.then(async () => {
      if ((await this.#fresh(file)).find(key.name).length > 0) return;
      const name = hashed ? hashName(key.name, randomBytes(20)) : key.name;
      await appendLine(file, `${name} ${key.type} ${key.base64}`);
    });
    this.#appending.set(
      file,
      mine.catch(() => undefined),
    );
    await mine;
    await this.#fresh(file);
  }

  /** The table as of now, not as of a reading that began before this call. */
  async #fresh(file: string): Promise<KnownHosts> {
    await this.#reading.get(file);
    return this.#table(file);
  }

  #table(file: string): Promise<KnownHosts> {
    let reading = this.#reading.get(file);
    if (reading === undefined) {
      reading = this.#load(file).finally(() => this.#reading.delete(file));
      this.#reading.set(file, reading);
    }
    return reading;
  }

  async #load(file: string): Promise<KnownHosts> {
    const stamp = await fileStamp(file);
    const known = this.#cache.get(file);
    if (known?.stamp === stamp) return known.table;
    const text = stamp === 'absent' ? '' : await this.#read(file);
    // A file that only grew, which is what accepting new keys does to it, is not parsed again from its start.
    if (known !== undefined && known.text.endsWith('\n') && text.startsWith(known.text)) {
      known.table.append(text.slice(known.text.length));
      this.#cache.set(file, { stamp, text, table: known.table });
      return known.table;
    }
    const table = new KnownHosts(text, file);
    if (table.brokenLines.length > 0) {
      this.#logger.log('warn', 'Lines of a known_hosts file are ignored: they hold no key.', {
        file,
        lines: table.brokenLines.slice(0, 20),
      });
    }
    this.#cache.set(file, { stamp, text, table });
    return table;
  }

  async #read(file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (cause) {
      this.#logger.log('warn', 'A known_hosts file cannot be read.', { file, cause: String(cause) });
      return '';
    }
  }
}

async function appendLine(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const bytes = Buffer.from(`${size > 0 && last[0] !== 0x0a ? '\n' : ''}${line}\n`);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten === bytes.length) return;
    // A full disk takes a part, and half a key would pass for another key of that host. What came after it by others stays.
    if ((await handle.stat()).size === size + bytesWritten) await handle.truncate(size);
    throw new Error('the disk is full');
  } finally {
    await handle.close();
  }
}
