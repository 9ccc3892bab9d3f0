import { Failure } from '../errors.js';
import { argv, defineProbe, type ArgvRead, type Probe } from '../probe/probe.js';
import type { PresentFile } from '../write-plan.js';

/** Only a regular file is opened: a pipe keeps its reader waiting, and so may files of the kernel, which say that they are empty. */
export const hashScript =
  'if [ -f "$1" ] && [ ! -L "$1" ]; then if [ -s "$1" ]; then exec sha256sum -- "$1"; fi; exec sha256sum /dev/null; fi';

/** A file as root sees it, by size, mode and hash; undefined where there is none. Throws where nothing can be written there. */
export function rootFileProbe(
  path: string,
): Probe<PresentFile | undefined, Record<'stat' | 'hash' | 'folder', ArgvRead>> {
  const sudo = { sudo: true };
  return defineProbe({
    name: 'root-file',
    reads: {
      stat: argv(['stat', '-c', '%s %a %F', '--', path], sudo),
      hash: argv(['sh', '-c', hashScript, 'jetfleet-hash', path], sudo),
      folder: argv(['stat', '-L', '-c', '%F', '--', path.slice(0, path.lastIndexOf('/')) || '/'], sudo),
    },
    parse: ({ stat, hash, folder }) => {
      const refuse = (message: string): Failure => new Failure('invalid_input', message, { retry: 'no' });
      if (folder.text.trim() !== 'directory') throw refuse('The folder of that file does not exist.');
      if (stat.status !== 'ok') return undefined;
      const [, size, mode, kind] = /^(\d+) ([0-7]+) (.+)$/.exec(stat.text.trim()) ?? [];
      // An escaped name puts a backslash before the hash.
      const sha256 = /^\\?([0-9a-f]{64}) /.exec(hash.text)?.[1];
      if (kind?.startsWith('regular') !== true)
        throw refuse('That path is not a regular file (a folder, a link, a device).');
      if (sha256 === undefined)
        throw refuse('The file there cannot be read, so it cannot be compared before it is replaced.');
      return { sizeBytes: Number(size), mode: parseInt(mode ?? '', 8), sha256 };
    },
  });
}
