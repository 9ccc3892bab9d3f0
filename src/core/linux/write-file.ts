import type { Command } from '../command.js';
import { Failure } from '../errors.js';
import type { FileWrite } from '../step.js';

/** How the script ends where it wrote nothing; the old file is as it was then. */
export const writeExits = {
  changed: 90,
  noRoom: 91,
  noRight: 92,
  noFolder: 93,
  isLink: 94,
  notAFile: 95,
  damaged: 96,
  stopped: 97,
} as const;

const { changed, noRoom, noRight, noFolder, isLink, notAFile, damaged, stopped } = writeExits;

/**
 * Replaces a file whole. Arguments: path, mode (octal, or empty), the SHA-256 of what it replaces (or `any`, or `none`),
 * SHA-256 and size of the content, which comes on standard input. For GNU's tools and BusyBox's alike, and (as every
 * text that a login shell passes on) without single quotes, backslashes and newlines.
 *
 * The new file is reached through its descriptor, never by name: whoever may write the folder may swap names under root.
 */
export const writeScript = [
  'p=$1 mode=$2 want=$3 sha=$4 size=$5 t= d=${1%/*}; d=${d:-/}; exec 2>/dev/null; umask 077',
  `look() { if [ -L "$p" ]; then exit ${String(isLink)}; fi; if [ -e "$p" ] && [ ! -f "$p" ]; then exit ${String(notAFile)}; fi`,
  'if [ "$want" = any ]; then return; fi; h=none',
  `if [ -f "$p" ]; then h=$(sha256sum <"$p") || exit ${String(noRight)}; h=\${h%% *}; fi; [ "$h" = "$want" ] || exit ${String(changed)}; }`,
  `why() { case $1 in *space*|*quota*|*large*) exit ${String(noRoom)}; esac; exit ${String(noRight)}; }`,
  // A folder that may not be entered shows nothing of what is in it.
  `[ -d "$d" ] || exit ${String(noFolder)}; [ -x "$d" ] || exit ${String(noRight)}; look`,
  'drop() { if [ -n "$t" ]; then rm -f "$t"; fi; }',
  `trap drop EXIT; trap "exit ${String(stopped)}" HUP INT TERM PIPE`,
  'n=$(mktemp "$d/.jetfleet-XXXXXX" 2>&1) || why "$n"; t=$n f=/proc/self/fd/9; exec 9>>"$t"',
  `if [ -L "$t" ] || [ -s "$t" ] || [ ! "$t" -ef $f ]; then exit ${String(changed)}; fi`,
  'e=$({ head -c "$size" >&9; } 2>&1) || why "$e"',
  `h=$(sha256sum <$f); [ "\${h%% *}" = "$sha" ] || exit ${String(damaged)}`,
  'if [ -f "$p" ]; then o=$(stat -c %u:%g "$p") && m=$(stat -c %a "$p") && chown "$o" $f; else m=644; fi',
  `[ $? = 0 ] && chmod "\${mode:-$m}" $f || exit ${String(noRight)}`,
  'sync $f || sync',
  // From here on a signal comes too late: what it reports must be true.
  `look; trap "" HUP INT TERM PIPE; mv -fT "$t" "$p" || { look; mv -f "$t" "$p"; } || exit ${String(noRight)}; t=; sync "$d"; exit 0`,
].join('; ');

/** The command that writes a file as `FileWrite` says. The content goes to its standard input. Throws `invalid_input`. */
export function writeFileCommand(write: FileWrite): Command {
  const { path, content, sha256, mode, replaces, sudo = false } = write;
  if (!path.startsWith('/') || /[\0-\x1f\x7f]/.test(path) || /\/\.{0,2}$/.test(path)) {
    throw new Failure(
      'invalid_input',
      'The path of a file to write is absolute, names a file and holds no control characters.',
      {
        retry: 'no',
      },
    );
  }
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new Failure('invalid_input', 'The SHA-256 of the content is 64 hex digits.');
  const permissions = mode === undefined ? '' : (mode & 0o7777).toString(8).padStart(4, '0');
  const old = replaces === undefined ? 'any' : (replaces ?? 'none');
  const words = ['jetfleet-write', path, permissions, old, sha256, String(content.length)];
  return { argv: ['sh', '-c', writeScript, ...words], stdin: content, sudo };
}

const refusals: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  [changed]: [
    'The file on the device is not the one that was to be replaced; nothing was written.',
    'Somebody changed it in between: read it again, and plan the write anew.',
  ],
  [noRoom]: [
    'There is no room on the device for the new file; the old one is as it was.',
    'Free some space (system_storage shows what fills the disk) and write again.',
  ],
  [noRight]: [
    'The user on the device lacks a right that this write needs (to the folder, or to give the file its owner); nothing was written.',
    'Write as root with `sudo: true`; where that was done, the file or the file system is read-only or immutable.',
  ],
  [noFolder]: ['The folder of that file does not exist on the device.', 'Make the folder first, or correct the path.'],
  [isLink]: [
    'That path is a symbolic link, and a write never follows one; nothing was written.',
    'Write to the path that the link leads to.',
  ],
  [notAFile]: ['That path is not a regular file; nothing was written.', 'Name a file.'],
  [damaged]: [
    'The content did not arrive whole on the device; the old file is as it was.',
    'Write again; where it repeats, the disk or the memory of the device is failing.',
  ],
  [stopped]: ['The write was stopped; the old file is as it was.', 'Write again.'],
};

/** What an exit code of the script means; undefined for one that it has not. */
export function writeFailure(exitCode: number): Failure | undefined {
  const [message, hint] = refusals[exitCode] ?? [];
  return message === undefined ? undefined : new Failure('command_failed', message, { hint, retry: 'no' });
}
