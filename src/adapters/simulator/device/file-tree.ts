import type { SimulatedDevice } from './simulated-device.js';

/** What a file holds: fixed text, or text that depends on the device and the moment; `undefined` where the read fails. */
export type Content = string | ((device: SimulatedDevice) => string | undefined);

/** One path of a board. A directory is there because something is in it. */
export interface FileNode {
  readonly kind: 'file' | 'directory' | 'device';
  readonly content?: Content;
  /** Who may read it. */
  readonly readers: 'all' | 'root';
}

/** The paths that one layer of a board brings: content, or a node where rights or kind matter. */
export type Files = Readonly<Record<string, Content | FileNode>>;

/** A file that only root can read. */
export function rootOnly(content: Content): FileNode {
  return { kind: 'file', content, readers: 'root' };
}

/** A device node: it is there, and nobody reads it as text. */
export const deviceNode: FileNode = { kind: 'device', readers: 'root' };

/** A directory, for one that would otherwise be empty. */
export const directory: FileNode = { kind: 'directory', readers: 'all' };

const maxCachedPatterns = 500;

function patternOf(glob: string): RegExp {
  const source = glob.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('[!', '[^');
  return new RegExp(`^${source.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}

/** The files of one kind of board; every device of the kind shares it. */
export class FileTree {
  readonly #nodes = new Map<string, FileNode>();
  readonly #paths: readonly string[];
  readonly #matches = new Map<string, readonly string[]>();

  constructor(layers: readonly Files[]) {
    for (const layer of layers) {
      for (const [path, entry] of Object.entries(layer)) {
        this.#nodes.set(path, typeof entry === 'object' ? entry : { kind: 'file', content: entry, readers: 'all' });
      }
    }
    for (const path of [...this.#nodes.keys()]) {
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const parent = path.slice(0, end);
        if (!this.#nodes.has(parent)) {
          const closed = parent.startsWith('/sys/kernel/debug') || parent === '/root';
          this.#nodes.set(parent, { kind: 'directory', readers: closed ? 'root' : 'all' });
        }
      }
    }
    this.#nodes.set('/', directory);
    this.#paths = [...this.#nodes.keys()].sort();
  }

  /** The node at a path; a final slash does not matter. */
  node(path: string): FileNode | undefined {
    return this.#nodes.get(path.length > 1 ? path.replace(/\/+$/, '') : path);
  }

  /** Paths that a shell pattern matches, sorted; a plain path matches itself when it is there. */
  match(pattern: string): readonly string[] {
    if (!/[*?[]/.test(pattern)) return this.#nodes.has(pattern) || this.node(pattern) !== undefined ? [pattern] : [];
    const known = this.#matches.get(pattern);
    if (known !== undefined) return known;
    let found: readonly string[] = [];
    try {
      const regex = patternOf(pattern);
      found = this.#paths.filter((path) => regex.test(path));
    } catch {
      // An unclosed bracket is an ordinary character to the shell; no path of a board has one.
    }
    if (this.#matches.size < maxCachedPatterns) this.#matches.set(pattern, found);
    return found;
  }

  /** Names directly inside a directory, sorted. */
  children(directoryPath: string): string[] {
    const prefix = directoryPath === '/' ? '/' : `${directoryPath.replace(/\/+$/, '')}/`;
    const names = this.#paths.filter((path) => path.startsWith(prefix) && path !== '/' && !path.slice(prefix.length).includes('/'));
    return names.map((path) => path.slice(prefix.length)).filter((name) => name !== '');
  }
}
