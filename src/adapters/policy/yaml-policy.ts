import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { lstatSync, type BigIntStats } from 'node:fs';
import { refuseAll, type KnownTools } from '../../core/policy/policy-file.js';
import type { InventoryProblem } from '../../ports/inventory.js';
import type { PolicySource } from '../../ports/policy-source.js';
import type { PolicyYaml } from './policy-yaml.js';

export interface YamlPolicyOptions {
  /** The user named this file, so that its absence is a problem. */
  readonly named?: boolean;
  /** Every tool there is, so that rules for one that is not are told. */
  readonly knownTools?: () => KnownTools;
  /** This process's user; undefined where files have no owner and mode. */
  readonly uid?: number | undefined;
}

const largestBytes = 1024 * 1024;
const mostTries = 3;
/** Time stamps tick as seldom as every few milliseconds (on some disks, seconds): two writes can share one. */
const sameTickMs = 2000;
const empty: PolicyYaml = { policy: { rules: [] }, problems: [] };

const reasons: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  EACCES: ['The policy file may not be read.', 'Give yourself the right to read it: `chmod u+r`.'],
  EPERM: ['The policy file may not be read.', 'Give yourself the right to read it.'],
  ELOOP: ['The policy file is a link that leads to itself.', 'Put a file in its place.'],
  EISDIR: ['There is no plain file where the policy file should be.', 'Put a file in its place.'],
  EFBIG: ['The policy file is larger than 1 MiB.', 'Fewer rules, with patterns and groups, say the same.'],
  EAGAIN: ['The policy file is being written.', 'Call again when it is whole.'],
  ENOENT: ['There is no policy file at this place.', 'Write it, or name another with --policy.'],
};

/** A refusal of our own, with a code like those of the file system. */
class ReadError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const refused = (message: string, fix: string): PolicyYaml => ({
  policy: refuseAll,
  problems: [{ field: '', message, fix }],
});

function stampOf({ dev, ino, size, mode, uid, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mode, uid, mtimeNs, ctimeNs].join(' ');
}

/** The policy file of this machine, looked at for every call. What cannot be read or understood denies everything. */
export class YamlPolicy implements PolicySource {
  readonly #path: string;
  readonly #options: YamlPolicyOptions;
  /** The last reading, and the file's stamp then; empty where that proves nothing. */
  #last: { readonly stamp: string; readonly read: PolicyYaml } = { stamp: '', read: empty };

  constructor(path: string, options: YamlPolicyOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  path(): string {
    return this.#path;
  }

  async current(): Promise<PolicyYaml> {
    try {
      // Most have no policy: that is seen at once, since every call asks.
      if (!this.#options.named && lstatSync(this.#path, { throwIfNoEntry: false }) === undefined) {
        this.#last = { stamp: '', read: empty };
        return empty;
      }
      // Looked at before it is opened: opening a pipe would wait for its writer.
      const found = await stat(this.#path, { bigint: true });
      if (this.#last.stamp === stampOf(found)) return this.#last.read;
      if (!found.isFile()) throw new ReadError('EISDIR');
      if (found.size > largestBytes) throw new ReadError('EFBIG');
      return await this.#read();
    } catch (error) {
      this.#last = { stamp: '', read: empty };
      const code = codeOf(error);
      if ((code === 'ENOENT' || code === 'ENOTDIR') && !this.#options.named && !(await this.#isLink())) return empty;
      const [message, fix] = reasons[code] ?? ['The policy file cannot be read.', 'Look at its path and its disk.'];
      return refused(message, fix);
    }
  }

  /** A link whose file is gone, on a disk that is not there say: there was a policy, and nobody knows what it denies. */
  async #isLink(): Promise<boolean> {
    return await lstat(this.#path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
  }

  async #read(): Promise<PolicyYaml> {
    const handle = await open(this.#path, 'r');
    try {
      const { text, stats } = await wholeText(handle);
      const open = this.#openness(stats);
      const read = open === undefined ? await this.#parse(text) : { policy: refuseAll, problems: [open] };
      const fresh = Date.now() - Number(stats.ctimeMs) < sameTickMs;
      this.#last = { stamp: fresh ? '' : stampOf(stats), read };
      return read;
    } finally {
      await handle.close();
    }
  }

  async #parse(text: string): Promise<PolicyYaml> {
    // A separate chunk of the build: the YAML library is loaded with the first file, not at the start.
    const { readPolicyYaml } = await import('./policy-yaml.js');
    return readPolicyYaml(text, this.#options.knownTools?.());
  }

  /** Whoever can write the file decides what an assistant may do. */
  #openness({ mode, uid }: BigIntStats): InventoryProblem | undefined {
    const own = this.#options.uid;
    if (own === undefined) return undefined;
    if (uid !== 0n && uid !== BigInt(own)) {
      return { field: '', message: 'The policy file belongs to another user.', fix: 'Run `chown` on it, or copy it.' };
    }
    if ((mode & 0o022n) === 0n) return undefined;
    return { field: '', message: 'Other users may write the policy file.', fix: 'Run `chmod go-w` on it.' };
  }
}

/** The text, read while nothing was written. */
async function wholeText(handle: FileHandle): Promise<{ text: string; stats: BigIntStats }> {
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await handle.stat({ bigint: true });
    const buffer = Buffer.alloc(Number(before.size));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const after = await handle.stat({ bigint: true });
    if (stampOf(before) === stampOf(after) && bytesRead === buffer.length)
      return { text: buffer.toString('utf8'), stats: after };
  }
  throw new ReadError('EAGAIN');
}
