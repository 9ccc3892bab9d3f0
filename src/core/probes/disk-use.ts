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

function gapsOf({ status, exitCode, text }: ArgvAnswer, asRoot: boolean): NotRead {
  if (status === 'ok') return [];
  if (exitCode === 124) return [{ what: 'some folders', why: 'out of time; ask for a folder further down' }];
  if (text === '')
    return [
      { what: 'folders', why: status === 'failed' ? 'no such folder here, or it may not be read' : whyNot(status) },
    ];
  const why = asRoot ? 'they changed while they were measured, or not even root may read them' : whyNot('denied');
  return [{ what: 'some folders', why }];
}

/** How to measure: below which folder, and whether as root, without whom folders such as Docker's are not counted. */
export interface DiskUseQuestion {
  readonly path: string;
  readonly asRoot: boolean;
  /** Measures so long at most; default 20. */
  readonly seconds?: number | undefined;
}

/** The read that measures it; `diskUseOf` takes its answer. */
export function diskUseRead({ path, asRoot, seconds }: DiskUseQuestion): ArgvRead {
  return argv(diskUseArgv(path, seconds), { sudo: asRoot });
}

/** What `diskUseRead` answered. */
export function diskUseOf(answer: ArgvAnswer, asRoot: boolean): DiskUse {
  const { folders, unknown } = parseDiskUse(answer.text);
  const largest = folders.map(({ path, usedBytes }) => ({ path: cleanName(path, 200), usedBytes }));
  return { largest, gaps: gapsOf(answer, asRoot), unknown };
}

/** What fills a file system. */
export function diskUseProbe(question: DiskUseQuestion): Probe<DiskUse, { readonly du: ArgvRead }> {
  return defineProbe({
    name: 'disk_use',
    reads: { du: diskUseRead(question) },
    parse: ({ du }) => diskUseOf(du, question.asRoot),
  });
}
