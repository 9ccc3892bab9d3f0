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

const closedDirectory: FileNode = { kind: 'directory', readers: 'root' };
const closedFolders: ReadonlySet<string> = new Set(['/sys/kernel/debug', '/root']);
const maxCachedPatterns = 500;

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) parents.push(path.slice(0, end));
  return parents;
}

/** A pattern with more stars could keep the matcher busy for ever; no probe has that many. */
const maxStars = 6;

function patternOf(glob: string): RegExp {
  if (glob.replace(/[^*]/g, '').length > maxStars) throw new SyntaxError('too many stars');
  const source = glob.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('[!', '[^');
  return new RegExp(`^${source.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}

/** The files of one kind of board; every device of the kind shares it. What is inside a folder that only root may enter, only root sees. */
export class FileTree {
  readonly #nodes = new Map<string, FileNode>();
  readonly #paths: readonly string[];
  readonly #hidden = new Set<string>();
  readonly #matches = new Map<string, readonly string[]>();

  constructor(layers: readonly Files[]) {
    for (const [path, entry] of layers.flatMap((layer) => Object.entries(layer))) {
      this.#nodes.set(path, typeof entry === 'object' ? entry : { kind: 'file', content: entry, readers: 'all' });
    }
    for (const path of [...this.#nodes.keys()]) {
      for (const parent of parentsOf(path)) {
        if (!this.#nodes.has(parent)) this.#nodes.set(parent, closedFolders.has(parent) ? closedDirectory : directory);
      }
    }
    this.#nodes.set('/', directory);
    for (const path of this.#nodes.keys()) {
      if (parentsOf(path).some((parent) => closedFolders.has(parent))) this.#hidden.add(path);
    }
    this.#paths = [...this.#nodes.keys()].sort();
  }

  /** The node at a path, as root or somebody else sees it; a final slash does not matter. */
  node(path: string, root: boolean): FileNode | undefined {
    const plain = path.length > 1 ? path.replace(/\/+$/, '') : path;
    return root || !this.#hidden.has(plain) ? this.#nodes.get(plain) : undefined;
  }

  /** Paths that a shell pattern matches, sorted; a plain path matches itself when it is there. */
  match(pattern: string, root: boolean): readonly string[] {
    if (!/[*?[]/.test(pattern)) return this.node(pattern, root) === undefined ? [] : [pattern];
    const found = this.#found(pattern);
    return root ? found : found.filter((path) => !this.#hidden.has(path));
  }

  /** Names directly inside a directory, sorted. */
  children(folder: string): string[] {
    const prefix = folder === '/' ? '/' : `${folder.replace(/\/+$/, '')}/`;
    const inside = this.#paths.filter((path) => path.startsWith(prefix) && path.length > prefix.length);
    return inside.map((path) => path.slice(prefix.length)).filter((name) => !name.includes('/'));
  }

  #found(pattern: string): readonly string[] {
    const known = this.#matches.get(pattern);
    if (known !== undefined) return known;
    let found: readonly string[] = [];
    try {
      const regex = patternOf(pattern);
      found = this.#paths.filter((path) => regex.test(path));
    } catch {
      // An unclosed bracket is an ordinary character to the shell, and no path of a board has one.
    }
    if (this.#matches.size < maxCachedPatterns) this.#matches.set(pattern, found);
    return found;
  }
}
