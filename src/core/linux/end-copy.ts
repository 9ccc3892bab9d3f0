import type { Command } from '../command.js';
import { Failure } from '../errors.js';
import type { FileCopy } from '../step.js';

/** Where a copy grows until it is whole: beside its path, so that the last step is a rename. */
export const partOf = ({ copyTo }: FileCopy): string => `${copyTo}.jetfleet-part`;

const exits = { noRight: 92, isLink: 94, notAFile: 95, damaged: 96, noPart: 98 } as const;
const { noRight, isLink, notAFile, damaged, noPart } = exits;

/**
 * Ends a copy. Arguments: path, part, mode (octal), SHA-256 and size. Where the part is gone and the path already holds the
 * content, an earlier try came through. As every text that a login shell passes on: no single quotes, backslashes and newlines.
 */
const endCopyScript = [
  'p=$1 t=$2 mode=$3 sha=$4 size=$5 d=${1%/*}; d=${d:-/} f=/proc/self/fd/9; exec 2>/dev/null',
  `if [ -L "$p" ]; then exit ${String(isLink)}; fi; if [ -e "$p" ] && [ ! -f "$p" ]; then exit ${String(notAFile)}; fi`,
  'whole() { [ "$(stat -Lc %s $f)" = "$size" ] && h=$(sha256sum <$f) && [ "${h%% *}" = "$sha" ]; }',
  `if [ ! -e "$t" ]; then { exec 9<"$p"; } && whole && exit 0; exit ${String(noPart)}; fi`,
  `if [ -L "$t" ] || [ ! -f "$t" ]; then exit ${String(noPart)}; fi`,
  `exec 9<"$t"; if ! whole; then rm -f "$t"; exit ${String(damaged)}; fi`,
  // What was hashed is what is renamed.
  `[ "$t" -ef $f ] && chmod "$mode" $f || exit ${String(noRight)}; sync $f || sync`,
  `mv -fT "$t" "$p" || mv -f "$t" "$p" || exit ${String(noRight)}; sync "$d"; exit 0`,
].join('; ');

/** The command that checks the part of a copy and renames it to its path. Hashing takes seconds for each gigabyte. */
export function endCopyCommand(copy: FileCopy): Command {
  const { copyTo, sha256, sizeBytes, mode = 0o644 } = copy;
  const permissions = (mode & 0o7777).toString(8).padStart(4, '0');
  const words = ['jetfleet-copy', copyTo, partOf(copy), permissions, sha256, String(sizeBytes)];
  return { argv: ['sh', '-c', endCopyScript, ...words] };
}

/** Throws `invalid_input` for a copy that could not be put anywhere. */
export function checkCopy({ copyTo, sha256, sizeBytes }: FileCopy): void {
  const isPath = copyTo.startsWith('/') && !/[\0-\x1f\x7f]/.test(copyTo) && !/\/\.{0,2}$/.test(copyTo);
  if (isPath && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return;
  throw new Failure(
    'invalid_input',
    'A copy has an absolute path that names a file and holds no control characters, a SHA-256 of 64 hex digits, and a size.',
    { retry: 'no' },
  );
}

const refusals: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  [noRight]: [
    'The login user may not rename the copied file to its path, or give it its permissions.',
    'Copy into a folder of the login user, or correct its rights.',
  ],
  [isLink]: ['That path is a symbolic link, and a copy never follows one.', 'Copy to the path that the link leads to.'],
  [notAFile]: ['That path is not a regular file.', 'Name a file.'],
  [damaged]: [
    'What arrived is not the file that was to be copied: its length or its SHA-256 differ. The part was removed.',
    'The source changed meanwhile, or a disk fails. Plan the copy anew.',
  ],
  [noPart]: ['There is no copied part beside that path.', 'Copy again from the beginning.'],
};

/** What an exit code of that command means; undefined for one that it has not. */
export function endCopyFailure(exitCode: number): Failure | undefined {
  const [message, hint] = refusals[exitCode] ?? [];
  return message === undefined ? undefined : new Failure('command_failed', message, { hint, retry: 'no' });
}
