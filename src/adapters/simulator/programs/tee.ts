import { posix } from 'node:path';
import { modeOf } from '../device/file-tree.js';
import { uidOfCaller, unsupported, type Program, type ProgramCall, type Programs } from './program.js';

/** Writes a text to one file as `tee` does; the words of the system where it cannot. */
export function writeTo(call: ProgramCall, path: string, text: string): string | undefined {
  const { files, device } = call;
  const uid = uidOfCaller(call);
  const real = files.realPath(path);
  const node = real === undefined ? undefined : files.node(real, uid);
  if (real === undefined) return 'Too many levels of symbolic links';
  if (node?.kind === 'directory') return 'Is a directory';
  if (node?.store !== undefined) {
    if (uid !== 0) return 'Permission denied';
    const refused = node.store(device, text.trim());
    device.touch();
    return refused;
  }
  if (node?.kind === 'device' || /^\/(?:sys|proc)\//.test(real)) return 'Permission denied';
  const folder = files.node(posix.dirname(real), uid);
  if (folder === undefined) return 'No such file or directory';
  if (!files.mayWrite(node ?? folder, uid)) return 'Permission denied';
  if (files.full(real)) return 'No space left on device';
  const owner = node === undefined ? uid : (node.uid ?? 0);
  const mode = node === undefined ? 0o644 : modeOf(node);
  files.put(real, { kind: 'file', readers: 'all', content: text, mode, uid: owner });
  return undefined;
}

const tee: Program = async (call) => {
  if (call.args.length === 0 || call.args.some((path) => !path.startsWith('/'))) return unsupported(call);
  const text = (await call.input.bytes(Number.POSITIVE_INFINITY)).toString();
  call.out(text);
  let code = 0;
  for (const path of call.args) {
    const refused = writeTo(call, path, text);
    if (refused === undefined) continue;
    call.err(`tee: ${path}: ${refused}\n`);
    code = 1;
  }
  return code;
};

/** What writes settings. */
export const teePrograms: Programs = { tee };
