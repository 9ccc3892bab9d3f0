import { Failure } from '../errors.js';
import { argv, defineProbe, type ArgvAnswer, type ArgvRead, type Probe } from '../probe/probe.js';
import { maxWriteBytes, tooLargeToReplace, type PresentFile } from '../write-plan.js';

/**
 * Only a regular file is opened: a pipe keeps its reader waiting, and so may files of the kernel, which say that they are empty.
 * And none that is too large to be replaced: to read it would take as long as it is large.
 */
export const hashScript = [
  'if [ ! -f "$1" ] || [ -L "$1" ]; then exit 0; fi; if [ ! -s "$1" ]; then exec sha256sum /dev/null; fi',
  `if [ "$(stat -c %s -- "$1")" -le ${String(maxWriteBytes)} ]; then exec sha256sum -- "$1"; fi`,
].join('; ');

const refuse = (message: string): Failure => new Failure('invalid_input', message, { retry: 'no' });

/** That there is nothing, said by `stat`; anything else that it says leaves open what there is. */
const isAbsent = ({ text }: ArgvAnswer): boolean =>
  /: (?:No such file or directory|Not a directory)$/.test(text.trim());

/** Why it is not known what stands there. */
function notSeen(what: string, { status }: ArgvAnswer): Failure {
  if (status === 'denied')
    return new Failure('not_allowed', `${what} could not be looked at: jetfleet could not become root.`, {
      hint: 'device_doctor tells whether commands can become root on this device.',
      retry: 'no',
    });
  return new Failure('command_failed', `${what} could not be looked at, even as root.`, {
    hint: 'A damaged disk, or a network share that root of the device may not read. system_logs may tell.',
    retry: 'check_first',
  });
}

/** A file as root sees it, by size, mode and hash; undefined where there is none. Throws where nothing can be written there. */
export function rootFileProbe(
  path: string,
): Probe<PresentFile | undefined, Record<'stat' | 'hash' | 'folder', ArgvRead>> {
  const sudo = { sudo: true } as const;
  const told = { ...sudo, stderr: 'merge' } as const;
  return defineProbe({
    name: 'root-file',
    reads: {
      stat: argv(['stat', '-c', '%s %a %F', '--', path], told),
      hash: argv(['sh', '-c', hashScript, 'jetfleet-hash', path], sudo),
      folder: argv(['stat', '-L', '-c', '%F', '--', path.slice(0, path.lastIndexOf('/')) || '/'], told),
    },
    parse: ({ stat, hash, folder }) => {
      if (folder.status !== 'ok' && !isAbsent(folder)) throw notSeen('The folder of that file', folder);
      if (folder.text.trim() !== 'directory') throw refuse('The folder of that file does not exist.');
      if (stat.status !== 'ok') {
        if (isAbsent(stat)) return undefined;
        throw notSeen('That path', stat);
      }
      const [, size, mode, kind] = /^(\d+) ([0-7]+) (.+)$/.exec(stat.text.trim()) ?? [];
      if (kind?.startsWith('regular') !== true)
        throw refuse('That path is not a regular file (a folder, a link, a device).');
      if (Number(size) > maxWriteBytes) throw tooLargeToReplace();
      // An escaped name puts a backslash before the hash.
      const sha256 = /^\\?([0-9a-f]{64}) /.exec(hash.text)?.[1];
      if (sha256 === undefined)
        throw refuse('The file there cannot be read, so it cannot be compared before it is replaced.');
      return { sizeBytes: Number(size), mode: parseInt(mode ?? '', 8), sha256 };
    },
  });
}
