import { quote, renderArgv } from '../command.js';
import type { ArgvRead, Read, Reads } from './probe.js';

/**
 * The frame of a rendered probe, line by line. `MARK` is an unguessable word that is new in every exchange, so that
 * nothing a device prints can imitate a frame. Sections come in this order, each opened by a line of its own:
 *
 *     MARK s <states>        for every path of file, glob and exists reads: ` r<path>` readable, ` d<path>` there but not readable
 *     MARK f                 then `path NUL line` for every line of every readable file (one grep for all of them)
 *     MARK a <key>           then the output of an argv read
 *     MARK e <key> <code>    its exit code
 */
const grepFiles = `grep -asHZ -d skip -D skip ''`;

/** Reads that need root come in an exchange of their own, or inside sudo in the same one. */
export interface ProbeParts {
  readonly plain: Reads;
  readonly root: Reads;
}

/** Splits a probe's reads by who must do them. */
export function partsOf(reads: Reads): ProbeParts {
  const entries = Object.entries(reads);
  const needsRoot = ([, read]: [string, Read]): boolean => read.kind !== 'exists' && read.sudo;
  return {
    plain: Object.fromEntries(entries.filter((entry) => !needsRoot(entry))),
    root: Object.fromEntries(entries.filter(needsRoot)),
  };
}

/** The path, or the pattern left open for the shell. Both were checked when the read was made. */
function pathWord(read: Read): string[] {
  switch (read.kind) {
    case 'file':
    case 'exists':
      return [read.path];
    case 'glob':
      return [read.pattern];
    case 'argv':
      return [];
  }
}

function renderRun(mark: string, key: string, read: ArgvRead): string {
  const errors = read.stderr === 'merge' ? '2>&1' : '2>/dev/null';
  return [
    `printf '\\n%s a %s\\n' ${mark} ${quote(key)}`,
    `${renderArgv(read.argv)} </dev/null ${errors}`,
    `printf '\\n%s e %s %d\\n' ${mark} ${quote(key)} $?`,
  ].join('\n');
}

/**
 * The shell script of some reads, for `/bin/sh`: builtins, one `grep` for all files, and the argv reads.
 * The only function that turns a probe into a script; `readAnswers` is its inverse.
 */
export function renderReads(reads: Reads, mark: string): string {
  const entries = Object.entries(reads);
  const paths = [...new Set(entries.flatMap(([, read]) => pathWord(read)))];
  const content = [...new Set(entries.flatMap(([, read]) => (read.kind === 'exists' ? [] : pathWord(read))))];
  const lines: string[] = [];
  if (paths.length > 0) {
    lines.push(
      `s=; for f in ${paths.join(' ')}; do if [ -r "$f" ]; then s="$s r$f"; elif [ -e "$f" ]; then s="$s d$f"; fi; done`,
      `printf '\\n%s s%s\\n' ${mark} "$s"`,
    );
  }
  if (content.length > 0)
    lines.push(`printf '\\n%s f\\n' ${mark}`, `${grepFiles} -- ${content.join(' ')} </dev/null 2>/dev/null`);
  for (const [key, read] of entries) if (read.kind === 'argv') lines.push(renderRun(mark, key, read));
  return lines.join('\n');
}

/** The same script run as root inside one non-interactive sudo, so that it costs one process more, not one per read. */
export function renderInSudo(script: string): string {
  return `sudo -n -- /bin/sh -c ${quote(script)} </dev/null 2>/dev/null`;
}
