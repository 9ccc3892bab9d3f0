import { posix } from 'node:path';
import { uidOf } from './account.js';
import {
  directory,
  modeOf,
  namesIn,
  parentsOf,
  patternOf,
  sharedDirectory,
  type FileNode,
  type FileTree,
} from './file-tree.js';
import type { SimulatedDevice } from './simulated-device.js';

const mostLinks = 20;
/** What is in memory only. */
const volatileFolders = ['/run', '/tmp', '/dev/shm'];
/** What takes no room of the disk. */
const inMemory = /^\/(?:run|proc|sys|dev)\//;

/** The files of one device: those of its kind of board, and over them what was written since. 0 is root's user id. */
export class FileView {
  readonly #tree: FileTree;
  readonly #device: SimulatedDevice;
  readonly #own = new Map<string, FileNode>();

  constructor(tree: FileTree, device: SimulatedDevice) {
    this.#tree = tree;
    this.#device = device;
    for (const account of device.accounts) {
      const uid = uidOf(account, device.accounts);
      if (uid !== 0) this.#own.set(`/home/${account.name}`, { ...directory, mode: 0o750, uid });
    }
    this.#own.set('/home', directory);
    this.#own.set('/root', { ...directory, mode: 0o700 });
    for (const folder of ['/tmp', '/var/tmp', '/dev/shm']) this.#own.set(folder, sharedDirectory);
  }

  /** The path with its links followed, the one at its end too unless `last` is false; undefined where they go round. */
  realPath(path: string, last = true): string | undefined {
    let real = posix.normalize(path).replace(/(.)\/$/, '$1');
    for (let followed = 0; followed < mostLinks; followed++) {
      const at = this.#linkIn(real, last);
      if (at === undefined) return real;
      const target = this.#at(at)?.target ?? '';
      real = posix.normalize(posix.resolve(posix.dirname(at), target) + real.slice(at.length));
    }
    return undefined;
  }

  /** What is at a path for this user; undefined where nothing is, or where he may not enter a folder on the way. */
  node(path: string, uid: number, last = true): FileNode | undefined {
    const real = this.realPath(path, last);
    return real === undefined || !this.#reachable(real, uid) ? undefined : this.#at(real);
  }

  /** Paths that a shell pattern matches, sorted; a plain path matches itself when it is there. */
  match(pattern: string, uid: number): readonly string[] {
    if (!/[*?[]/.test(pattern)) return this.node(pattern, uid) === undefined ? [] : [pattern];
    const found = this.#tree.match(pattern);
    const start = pattern.slice(0, pattern.search(/[*?[]/));
    const own = [...this.#own.keys()].filter((path) => path.startsWith(start) && this.#tree.node(path) === undefined);
    const all = own.length === 0 ? found : [...found, ...own.filter((path) => matches(pattern, path))].sort();
    return all.filter((path) => this.#reachable(path, uid));
  }

  /** Names directly inside a directory, sorted. */
  children(folder: string): readonly string[] {
    const real = this.realPath(folder) ?? folder;
    return [...new Set([...this.#tree.children(real), ...namesIn(real, this.#own.keys())])].sort();
  }

  /** What a file holds at this moment; undefined where the read fails. */
  contentOf(node: FileNode): Buffer | undefined {
    const content = typeof node.content === 'function' ? node.content(this.#device) : node.content;
    return typeof content === 'string' ? Buffer.from(content) : content;
  }

  mayRead(node: FileNode, uid: number): boolean {
    return allowed(node, uid, 4);
  }

  mayWrite(node: FileNode, uid: number): boolean {
    return allowed(node, uid, 2);
  }

  mayEnter(node: FileNode, uid: number): boolean {
    return allowed(node, uid, 1);
  }

  /** Whether a file at this path would find no room. */
  full(path: string): boolean {
    return this.#device.fault?.kind === 'full_disk' && !inMemory.test(path);
  }

  /** Puts something at a real path, whose folder is there. */
  put(path: string, node: FileNode): void {
    this.#own.set(path, { ...node, modifiedMs: this.#device.nowMs() });
  }

  /** Removes what was put at a path, and all that is below it. */
  remove(path: string): void {
    for (const own of [...this.#own.keys()]) if (own === path || own.startsWith(`${path}/`)) this.#own.delete(own);
  }

  /** Forgets what a start of the board forgets. */
  boot(): void {
    for (const path of [...this.#own.keys()])
      if (volatileFolders.some((folder) => path.startsWith(`${folder}/`))) this.#own.delete(path);
  }

  #at(path: string): FileNode | undefined {
    return this.#own.get(path) ?? this.#tree.node(path);
  }

  #linkIn(path: string, last: boolean): string | undefined {
    const leads = (at: string): boolean => path.startsWith(`${at}/`) || (last && path === at);
    const inTree = this.#tree.links.find(leads);
    if (inTree !== undefined) return inTree;
    for (const [at, { kind }] of this.#own) if (kind === 'link' && leads(at)) return at;
    return undefined;
  }

  #reachable(path: string, uid: number): boolean {
    if (uid === 0) return true;
    if (this.#tree.hidden(path)) return false;
    return parentsOf(path).every((parent) => {
      const own = this.#own.get(parent);
      return own === undefined || this.mayEnter(own, uid);
    });
  }
}

function matches(pattern: string, path: string): boolean {
  try {
    return patternOf(pattern).test(path);
  } catch {
    return false;
  }
}

/** `right`: 4 to read, 2 to write, 1 to enter. Every account is alone in its group. */
function allowed(node: FileNode, uid: number, right: 1 | 2 | 4): boolean {
  const shift = node.uid === uid ? 6 : 0;
  return uid === 0 || ((modeOf(node) >> shift) & right) !== 0;
}
