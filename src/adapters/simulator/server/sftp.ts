import { posix } from 'node:path';
import ssh2 from 'ssh2';
import type { Attributes, SFTPWrapper } from 'ssh2';
import { uidOf } from '../device/account.js';
import { modeOf, type FileNode } from '../device/file-tree.js';
import type { Link } from './channels.js';

const { STATUS_CODE } = ssh2.utils.sftp;
const typeBits = { file: 0o100000, directory: 0o040000, device: 0o020000, link: 0o120000 } as const;
const readOnly: number = ssh2.utils.sftp.OPEN_MODE.READ;
const maxHandles = 64;
const maxReadBytes = 256 * 1024;
const entriesPerAnswer = 100;

type Handle =
  | { readonly kind: 'file'; readonly node: FileNode; readonly bytes: Buffer }
  | { readonly kind: 'directory'; readonly path: string; next: number };

/** Files of a simulated device over SFTP: stat, read, list; everything that would change one is refused. */
export function serveFiles(link: Link, sftp: SFTPWrapper): void {
  const { files } = link;
  const root = link.account.sudo === 'root';
  const uid = uidOf(link.account, link.device.accounts);
  const handles = new Map<number, Handle>();
  let nextHandle = 1;

  const attributes = (node: FileNode): Attributes => {
    const modifiedMs = node.modifiedMs ?? link.device.nowMs() - link.device.uptimeMs();
    const seconds = Math.floor(modifiedMs / 1000);
    const owner = node.uid ?? 0;
    const size = node.kind === 'file' ? (files.contentOf(node)?.length ?? 0) : (node.target?.length ?? 4096);
    const mode = typeBits[node.kind] | modeOf(node);
    return { mode, uid: owner, gid: owner, size, atime: seconds, mtime: seconds };
  };
  const readable = (node: FileNode): boolean => files.mayRead(node, uid);
  const keep = (id: number, handle: Handle): void => {
    if (handles.size >= maxHandles) {
      sftp.status(id, STATUS_CODE.FAILURE);
      return;
    }
    const name = Buffer.alloc(4);
    name.writeUInt32BE(nextHandle);
    handles.set(nextHandle++, handle);
    sftp.handle(id, name);
  };
  const handleOf = (name: Buffer): Handle | undefined =>
    name.length === 4 ? handles.get(name.readUInt32BE(0)) : undefined;
  const stat = (id: number, path: string, last: boolean): void => {
    const node = files.node(path, uid, last);
    if (node === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    else sftp.attrs(id, attributes(node));
  };

  sftp.on('STAT', (id, path) => {
    stat(id, path, true);
  });
  sftp.on('LSTAT', (id, path) => {
    stat(id, path, false);
  });
  sftp.on('REALPATH', (id, path) => {
    const home = root ? '/root' : `/home/${link.account.name}`;
    const filename = files.realPath(path.startsWith('/') ? path : `${home}/${path}`);
    // As OpenSSH: only the last name may be one that is not there.
    if (filename === undefined || files.node(posix.dirname(filename), uid)?.kind !== 'directory') {
      sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      return;
    }
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
  sftp.on('OPEN', (id, path, flags) => {
    const node = files.node(path, uid);
    if (flags !== readOnly) {
      sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      return;
    }
    if (node === undefined) {
      sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      return;
    }
    if (!readable(node)) {
      sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      return;
    }
    const bytes = node.kind === 'file' ? files.contentOf(node) : undefined;
    if (bytes === undefined) {
      sftp.status(id, STATUS_CODE.FAILURE);
      return;
    }
    keep(id, { kind: 'file', node, bytes });
  });
  sftp.on('FSTAT', (id, name) => {
    const handle = handleOf(name);
    if (handle?.kind === 'file') sftp.attrs(id, attributes(handle.node));
    else sftp.status(id, STATUS_CODE.FAILURE);
  });
  sftp.on('READ', (id, name, offset, length) => {
    const handle = handleOf(name);
    if (handle?.kind !== 'file') {
      sftp.status(id, STATUS_CODE.FAILURE);
      return;
    }
    const part = handle.bytes.subarray(offset, offset + Math.min(length, maxReadBytes));
    if (part.length === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.data(id, part);
  });
  sftp.on('OPENDIR', (id, path) => {
    const node = files.node(path, uid);
    if (node === undefined) {
      sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      return;
    }
    if (node.kind !== 'directory' || !readable(node)) {
      sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      return;
    }
    keep(id, { kind: 'directory', path, next: 0 });
  });
  sftp.on('READDIR', (id, name) => {
    const handle = handleOf(name);
    if (handle?.kind !== 'directory') {
      sftp.status(id, STATUS_CODE.FAILURE);
      return;
    }
    const names = files.children(handle.path).slice(handle.next, handle.next + entriesPerAnswer);
    if (names.length === 0) {
      sftp.status(id, STATUS_CODE.EOF);
      return;
    }
    handle.next += names.length;
    sftp.name(
      id,
      names.flatMap((filename) => {
        const node = files.node(`${handle.path.replace(/\/+$/, '')}/${filename}`, uid, false);
        return node === undefined ? [] : [{ filename, longname: filename, attrs: attributes(node) }];
      }),
    );
  });
  sftp.on('CLOSE', (id, name) => {
    const known = name.length === 4 && handles.delete(name.readUInt32BE(0));
    sftp.status(id, known ? STATUS_CODE.OK : STATUS_CODE.FAILURE);
  });
}
