import { diskUseArgv, parseDiskUse } from '../linux/disk-use.js';
import { argv, defineProbe, type ArgvAnswer, type ArgvRead, type Probe } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { whyNot, type NotRead } from './not-read.js';

/** The folders that fill a file system, largest first, and what could not be measured. */
export interface DiskUse {
  readonly largest: { path: string; usedBytes: number }[];
  readonly gaps: NotRead;
  readonly unknown: readonly string[];
}

function gapsOf({ status, exitCode, text }: ArgvAnswer): NotRead {
  if (status === 'ok') return [];
  if (exitCode === 124) return [{ what: 'some folders', why: 'out of time; ask for a folder further down' }];
  if (text === '')
    return [
      { what: 'folders', why: status === 'failed' ? 'no such folder here, or it may not be read' : whyNot(status) },
    ];
  return [{ what: 'some folders', why: whyNot('denied') }];
}

/** What `diskUseArgv` answered. */
export function diskUseOf(answer: ArgvAnswer): DiskUse {
  const { folders, unknown } = parseDiskUse(answer.text);
  const largest = folders.map(({ path, usedBytes }) => ({ path: cleanName(path, 200), usedBytes }));
  return { largest, gaps: gapsOf(answer), unknown };
}

/** What fills a file system, measured for so many seconds at most. */
export function diskUseProbe(path: string, seconds: number): Probe<DiskUse, { readonly du: ArgvRead }> {
  return defineProbe({
    name: 'disk_use',
    reads: { du: argv(diskUseArgv(path, seconds)) },
    parse: ({ du }) => diskUseOf(du),
  });
}
