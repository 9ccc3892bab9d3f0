import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Logger } from '../../../ports/logger.js';
import { fileStamp } from './file-stamp.js';
import { matchesPattern } from './patterns.js';
import { parseSshConfig, sshSettings, type ConfigNode, type ConfigQuery } from './ssh-config.js';

interface Loaded {
  readonly nodes: readonly ConfigNode[];
  /** Every file and folder that was looked at, with its stamp then. */
  readonly stamps: ReadonlyMap<string, string>;
}

/** As deep as OpenSSH follows Include. */
const maxDepth = 16;

/** The user's and the system's ssh_config, with all they include. Read again when one of the files changed. */
export class SshConfigFiles {
  readonly #files: readonly string[];
  readonly #home: string;
  readonly #logger: Logger;
  #loaded: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;

  /** `files` in their order: what an earlier one settles, a later one cannot change. */
  constructor(files: readonly string[], home: string, logger: Logger) {
    this.#files = files;
    this.#home = home;
    this.#logger = logger;
  }

  /** The settings for one host, by lower-case keyword. */
  async settings(query: ConfigQuery): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#loading ??= this.#current().finally(() => (this.#loading = undefined));
    return sshSettings((await this.#loading).nodes, query);
  }

  async #current(): Promise<Loaded> {
    const loaded = this.#loaded;
    if (loaded !== undefined) {
      const same = await Promise.all(
        [...loaded.stamps].map(async ([path, stamp]) => (await fileStamp(path)) === stamp),
      );
      if (!same.includes(false)) return loaded;
    }
    const stamps = new Map<string, string>();
    const nodes: ConfigNode[] = [];
    for (const file of this.#files) nodes.push(...(await this.#load(file, dirname(file), stamps, 0)));
    this.#loaded = { nodes, stamps };
    return this.#loaded;
  }

  async #load(file: string, folder: string, stamps: Map<string, string>, depth: number): Promise<ConfigNode[]> {
    stamps.set(file, await fileStamp(file));
    if (stamps.get(file) === 'absent') return [];
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (cause) {
      this.#logger.log('warn', 'An ssh config file cannot be read.', { file, cause: String(cause) });
      return [];
    }
    const { nodes, problems } = parseSshConfig(text);
    for (const { line, message } of problems) this.#logger.log('warn', message, { file, line });
    await this.#include(nodes, folder, stamps, depth);
    return nodes;
  }

  async #include(nodes: readonly ConfigNode[], folder: string, stamps: Map<string, string>, depth: number) {
    for (const node of nodes) {
      if (node.kind === 'block') await this.#include(node.nodes, folder, stamps, depth);
      if (node.kind !== 'include') continue;
      if (depth >= maxDepth) {
        this.#logger.log('warn', 'Include is nested too deeply in the ssh config; the rest is ignored.', { folder });
        continue;
      }
      for (const pattern of node.patterns) {
        for (const file of await this.#expand(pattern, folder, stamps)) {
          node.nodes.push(...(await this.#load(file, folder, stamps, depth + 1)));
        }
      }
    }
  }

  /** The files a pattern of Include stands for: `~`, and `*` and `?` in any of its parts. */
  async #expand(pattern: string, folder: string, stamps: Map<string, string>): Promise<readonly string[]> {
    const home = pattern.replace(/^~(?=[/\\])/, () => this.#home);
    const path = isAbsolute(home) ? resolve(home) : resolve(folder, home);
    let found = [''];
    for (const part of path.split(/(?<=[/\\])/)) {
      if (!/[*?]/.test(part)) {
        found = found.map((each) => each + part);
        continue;
      }
      const name = part.replace(/[/\\]$/, '');
      const next: string[] = [];
      for (const parent of found) {
        stamps.set(parent, await fileStamp(parent));
        const entries = await readdir(parent).catch(() => []);
        const fit = entries.filter(
          (each) => matchesPattern(name, each) && (name.startsWith('.') || !each.startsWith('.')),
        );
        next.push(...fit.sort().map((each) => join(parent, each) + part.slice(name.length)));
      }
      found = next;
    }
    return found;
  }
}
