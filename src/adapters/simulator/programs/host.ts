import { createHash } from 'node:crypto';
import type { FileNode } from '../device/file-tree.js';
import { modeOf } from '../device/file-tree.js';
import { processesOf } from '../device/processes.js';
import { prints, uidOfCaller, unsupported, type Program, type ProgramCall, type Programs } from './program.js';

const kinds = {
  file: 'regular file',
  directory: 'directory',
  device: 'character special file',
  link: 'symbolic link',
} as const;
const folderBytes = 4096;

function sizeOf({ files }: ProgramCall, node: FileNode): number {
  if (node.kind === 'link') return node.target?.length ?? 0;
  return node.kind === 'directory' ? folderBytes : (files.contentOf(node)?.length ?? 0);
}

/** `stat [-L] -c FORMAT -- PATH` with the few formats that are asked for. */
const stat: Program = (call) => {
  const [, form, file = '', ...others] = call.args;
  if (form === '%Y' && file.startsWith('/') && others.length === 0) return modified(call, file);
  const follows = call.args[0] === '-L';
  const [option, format = '', dashes, path = '', ...more] = follows ? call.args.slice(1) : call.args;
  const known = ['%s %a %F', '%F'].includes(format);
  if (option !== '-c' || dashes !== '--' || !known || more.length > 0) return unsupported(call);
  const node = call.files.node(path, uidOfCaller(call), follows);
  if (node === undefined) {
    call.err(`stat: cannot statx '${path}': No such file or directory\n`);
    return 1;
  }
  const size = sizeOf(call, node);
  const kind = node.kind === 'file' && size === 0 ? 'regular empty file' : kinds[node.kind];
  call.out(`${format.replace('%s', String(size)).replace('%a', modeOf(node).toString(8)).replace('%F', kind)}\n`);
  return 0;
};

/** `stat -c %Y PATH`: when it was written last, in seconds. */
function modified(call: ProgramCall, path: string): number {
  const { device, files } = call;
  const node = files.node(path, uidOfCaller(call));
  if (node === undefined) {
    call.err(`stat: cannot statx '${path}': No such file or directory\n`);
    return 1;
  }
  call.out(`${Math.floor((node.modifiedMs ?? device.nowMs() - device.uptimeMs()) / 1000)}\n`);
  return 0;
}

const sha256sum: Program = (call) => {
  const [dashes, path = '', ...more] = call.args;
  if (dashes !== '--' || more.length > 0) return unsupported(call);
  const uid = uidOfCaller(call);
  const node = call.files.node(path, uid);
  const why =
    node === undefined
      ? 'No such file or directory'
      : node.kind === 'directory'
        ? 'Is a directory'
        : call.files.mayRead(node, uid)
          ? undefined
          : 'Permission denied';
  const content = node === undefined || why !== undefined ? undefined : call.files.contentOf(node);
  if (content === undefined) {
    call.err(`sha256sum: ${path}: ${why ?? 'Input/output error'}\n`);
    return 1;
  }
  call.out(`${createHash('sha256').update(content).digest('hex')}  ${path}\n`);
  return 0;
};

const pgrep: Program = (call) => {
  const [count, exact, name, ...more] = call.args;
  if ([count, exact].join(' ') !== '-c -x' || name === undefined || more.length > 0) return unsupported(call);
  const found = processesOf(call.device).filter(({ comm }) => comm === name).length;
  call.out(`${found}\n`);
  return found === 0 ? 1 : 0;
};

/** What a host tells of its files, its processes and who is there: nobody at a terminal. */
export const hostPrograms: Programs = { stat, sha256sum, pgrep, who: prints([], () => '') };
