import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { writeExits } from '../../../core/linux/write-file.js';
import { modeOf, type FileNode } from '../device/file-tree.js';
import { uidOfCaller, type ProgramCall } from './program.js';

const { changed, noRoom, noRight, noFolder, isLink, notAFile, damaged } = writeExits;

/** What lies in the kernel: nobody makes files there. */
const kernelFolders = /^\/(?:proc|sys)(?:\/|$)/;
const stickyBit = 0o1000;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Why the file may not be replaced as it is now; undefined where it may. */
function refusal(call: ProgramCall, folder: FileNode, old: FileNode | undefined, want: string): number | undefined {
  const uid = uidOfCaller(call);
  if (!call.files.mayEnter(folder, uid)) return noRight;
  if (old?.kind === 'link') return isLink;
  if (old !== undefined && old.kind !== 'file') return notAFile;
  if (want === 'any') return undefined;
  if (old === undefined) return want === 'none' ? undefined : changed;
  const content = call.files.contentOf(old);
  if (content === undefined || !call.files.mayRead(old, uid)) return noRight;
  return sha256(content) === want ? undefined : changed;
}

/** What core's `writeScript` does with its arguments: path, mode, what is replaced, hash and size of the standard input. */
export async function writeFile(call: ProgramCall): Promise<number> {
  const [path = '', mode = '', want = '', sha = '', size = ''] = call.args;
  const { files } = call;
  const uid = uidOfCaller(call);
  const folder = files.realPath(posix.dirname(path)) ?? '';
  const inside = files.node(folder, uid);
  if (inside?.kind !== 'directory') return noFolder;
  const real = posix.join(folder, posix.basename(path));
  const old = files.node(real, uid, false);
  const refused = refusal(call, inside, old, want);
  if (refused !== undefined) return refused;
  if (kernelFolders.test(folder) || !files.mayWrite(inside, uid)) return noRight;
  const content = await call.input.bytes(Number(size));
  if (files.full(real)) return noRoom;
  if (sha256(content) !== sha) return damaged;
  const owner = old === undefined ? uid : (old.uid ?? 0);
  if (uid !== 0 && owner !== uid) return noRight;
  const sticky = (modeOf(inside) & stickyBit) !== 0;
  if (sticky && old !== undefined && uid !== 0 && owner !== uid && inside.uid !== uid) return noRight;
  const bits = mode !== '' ? Number.parseInt(mode, 8) : old === undefined ? 0o644 : modeOf(old);
  files.put(real, { kind: 'file', readers: 'all', content, mode: bits, uid: owner });
  return 0;
}
