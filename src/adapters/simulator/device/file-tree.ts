import type { SimulatedDevice } from './simulated-device.js';

/** What a file holds: fixed, or text that depends on the device and the moment; `undefined` where the read fails. */
export type Content = string | Buffer | ((device: SimulatedDevice) => string | undefined);

/** Why a kernel attribute did not take what was written to it. */
export type Refusal = 'Invalid argument';

/** One path of a board. A directory is there because something is in it. */
export interface FileNode {
  readonly kind: 'file' | 'directory' | 'device' | 'link';
  readonly content?: Content;
  /** Who may read it. */
  readonly readers: 'all' | 'root';
  /** Permission bits where they are not the usual ones of its kind and readers. */
  readonly mode?: number;
  /** Its owner, whose group it has too; 0 where absent. */
  readonly uid?: number;
  /** Where a link leads to. */
  readonly target?: string;
  /** A kernel attribute that can be written: what writing does, and why it may refuse. */
  readonly store?: (device: SimulatedDevice, text: string) => Refusal | undefined;
  /** Milliseconds since 1970; the start of the board where absent. */
  readonly modifiedMs?: number;
}

/** The paths that one layer of a board brings: content, or a node where rights or kind matter. */
export type Files = Readonly<Record<string, Content | FileNode>>;

/** A file that only root can read. */
export function rootOnly(content: Content): FileNode {
  return { kind: 'file', content, readers: 'root' };
}

/** A kernel attribute that all can read and root can write. */
export function attribute(content: Content, store: NonNullable<FileNode['store']>): FileNode {
  return { kind: 'file', content, readers: 'all', store };
}

/** A symbolic link. */
export function link(target: string): FileNode {
  return { kind: 'link', readers: 'all', target };
}

/** A device node: it is there, and nobody reads it as text. */
export const deviceNode: FileNode = { kind: 'device', readers: 'root' };

/** A directory, for one that would otherwise be empty. */
export const directory: FileNode = { kind: 'directory', readers: 'all' };

/** A directory in which everybody may make files, and only remove one's own. */
export const sharedDirectory: FileNode = { ...directory, mode: 0o1777 };

const closedDirectory: FileNode = { kind: 'directory', readers: 'root' };
const closedFolders: ReadonlySet<string> = new Set(['/sys/kernel/debug', '/root']);
const maxCachedPatterns = 500;

/** The permission bits of a node. */
export function modeOf(node: FileNode): number {
  if (node.mode !== undefined) return node.mode;
  if (node.kind === 'link') return 0o777;
  if (node.kind === 'directory') return node.readers === 'all' ? 0o755 : 0o700;
  return node.readers === 'all' ? 0o644 : 0o600;
}

/** The folders that a path is in, the nearest first, without the root. */
export function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) parents.push(path.slice(0, end));
  return parents;
}

/** A pattern with more stars could keep the matcher busy for ever; no probe has that many. */
const maxStars = 6;

/** The paths that a shell pattern stands for. Throws where it is none. */
export function patternOf(glob: string): RegExp {
  if (glob.replace(/[^*]/g, '').length > maxStars) throw new SyntaxError('too many stars');
  const source = glob.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('[!', '[^');
  return new RegExp(`^${source.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}

/** The files that every board of one kind has when it is made. */
export class FileTree {
  /** Where the links are. */
  readonly links: readonly string[];
  readonly #nodes = new Map<string, FileNode>();
  readonly #paths: readonly string[];
  readonly #hidden = new Set<string>();
  readonly #matches = new Map<string, readonly string[]>();

  constructor(layers: readonly Files[]) {
    for (const [path, entry] of layers.flatMap((layer) => Object.entries(layer))) {
      const plain = typeof entry !== 'object' || Buffer.isBuffer(entry);
      this.#nodes.set(path, plain ? { kind: 'file', content: entry, readers: 'all' } : entry);
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
    this.links = this.#paths.filter((path) => this.#nodes.get(path)?.kind === 'link');
  }

  node(path: string): FileNode | undefined {
    return this.#nodes.get(path);
  }

  /** In a folder that only root may enter. */
  hidden(path: string): boolean {
    return this.#hidden.has(path);
  }

  /** Paths that a shell pattern matches, sorted. */
  match(pattern: string): readonly string[] {
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

  /** Names directly inside a directory. */
  children(folder: string): string[] {
    return namesIn(folder, this.#paths);
  }
}

/** Of these paths, the names of those that are directly inside a directory. */
export function namesIn(folder: string, paths: Iterable<string>): string[] {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  const names: string[] = [];
  for (const path of paths) {
    if (path.length > prefix.length && path.startsWith(prefix) && !path.includes('/', prefix.length))
      names.push(path.slice(prefix.length));
  }
  return names;
}
