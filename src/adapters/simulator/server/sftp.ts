import ssh2 from 'ssh2';
import type { Attributes, SFTPWrapper } from 'ssh2';
import type { FileNode } from '../device/file-tree.js';
import type { Link } from './channels.js';

const { STATUS_CODE } = ssh2.utils.sftp;
const typeBits = { file: 0o100000, directory: 0o040000, device: 0o020000 } as const;
const readOnly: number = ssh2.utils.sftp.OPEN_MODE.READ;
const maxHandles = 64;
const maxReadBytes = 256 * 1024;
const entriesPerAnswer = 100;

type Handle =
  | { readonly kind: 'file'; readonly node: FileNode; readonly bytes: Buffer }
  | { readonly kind: 'directory'; readonly path: string; next: number };

/** Files of a simulated device over SFTP: stat, read, list; everything that would change one is refused. */
export function serveFiles(link: Link, sftp: SFTPWrapper): void {
  const { files } = link.board;
  const root = link.account.sudo === 'root';
  const handles = new Map<number, Handle>();
  let nextHandle = 1;

  const bytesOf = (node: FileNode): Buffer | undefined => {
    const content = typeof node.content === 'function' ? node.content(link.device) : node.content;
    return content === undefined ? undefined : Buffer.from(content);
  };
  const attributes = (node: FileNode): Attributes => {
    const open = node.readers === 'all';
    const seconds = Math.floor((link.device.nowMs() - link.device.uptimeMs()) / 1000);
    const rights = node.kind === 'directory' ? (open ? 0o755 : 0o700) : open ? 0o644 : 0o600;
    return {
      mode: typeBits[node.kind] | rights,
      uid: 0,
      gid: 0,
      size: node.kind === 'file' ? (bytesOf(node)?.length ?? 0) : 4096,
      atime: seconds,
      mtime: seconds,
    };
  };
  const readable = (node: FileNode): boolean => node.readers === 'all' || root;
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
  const stat = (id: number, path: string): void => {
    const node = files.node(path, root);
    if (node === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    else sftp.attrs(id, attributes(node));
  };

  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('REALPATH', (id, path) => {
    const home = root ? '/root' : `/home/${link.account.name}`;
    const filename = path.startsWith('/') ? path : home;
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
  sftp.on('OPEN', (id, path, flags) => {
    const node = files.node(path, root);
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
    const bytes = node.kind === 'file' ? bytesOf(node) : undefined;
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
    const node = files.node(path, root);
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
        const node = files.node(`${handle.path.replace(/\/+$/, '')}/${filename}`, root);
        return node === undefined ? [] : [{ filename, longname: filename, attrs: attributes(node) }];
      }),
    );
  });
  sftp.on('CLOSE', (id, name) => {
    const known = name.length === 4 && handles.delete(name.readUInt32BE(0));
    sftp.status(id, known ? STATUS_CODE.OK : STATUS_CODE.FAILURE);
  });
}
