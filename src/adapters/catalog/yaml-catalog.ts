import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { noAdditions } from '../../core/ai/catalog-additions.js';
import type { UserCatalog } from '../../ports/user-catalog.js';
import type { CatalogYaml } from './catalog-yaml.js';

const openWithoutWaiting = constants.O_RDONLY | constants.O_NONBLOCK;
const largestBytes = 1024 * 1024;
const nothing: CatalogYaml = { additions: noAdditions, problems: [] };
const trouble = (message: string, fix: string): CatalogYaml => ({
  additions: noAdditions,
  problems: [{ field: '', message, fix }],
});

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** The user's catalog file, read when somebody asks and it has changed. A file that is not there adds nothing. */
export class YamlCatalog implements UserCatalog {
  readonly #path: string;
  #last: { readonly text: string; readonly read: CatalogYaml } = { text: '', read: nothing };

  constructor(path: string) {
    this.#path = path;
  }

  path(): string {
    return this.#path;
  }

  async current(): Promise<CatalogYaml> {
    try {
      const text = await this.#text();
      if (text === undefined)
        return trouble('The catalog file is no plain file, or larger than 1 MiB.', 'Put a file of its size there.');
      if (text !== this.#last.text) {
        // A separate chunk of the build: the YAML library is loaded with the first file, not at the start.
        const { readCatalogYaml } = await import('./catalog-yaml.js');
        this.#last = { text, read: readCatalogYaml(text) };
      }
      return this.#last.read;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return nothing;
      if (code === '') throw error;
      return trouble('The catalog file cannot be read.', 'Look at its path, its rights and its disk.');
    }
  }

  async #text(): Promise<string | undefined> {
    // A pipe would make the open wait for its writer; it is opened without waiting, and then seen to be none.
    const handle = await open(this.#path, openWithoutWaiting);
    try {
      const found = await handle.stat();
      if (!found.isFile() || found.size > largestBytes) return undefined;
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  }
}
