import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { type AuditVerdict, ChainCheck } from '../../../core/audit/chain-check.js';
import { type ChainHead, chainStart } from '../../../core/audit/chain.js';
import { Failure } from '../../../core/errors.js';
import { FileLock } from '../file-lock.js';
import {
  type AuditPlaces,
  currentName,
  linesOf,
  lockPath,
  openLog,
  readHead,
  rotatedName,
  rotatedNumbers,
  shownName,
} from './audit-files.js';

/** What there was at one moment between two appends. What is appended later is not looked at. */
interface Snapshot {
  readonly head: ChainHead | 'damaged' | undefined;
  readonly rotated: readonly number[];
  readonly current: FileHandle | undefined;
  readonly size: number;
}

/** Reads the whole log and finds what was altered, removed, reordered or cut off. */
export async function verifyAudit(places: AuditPlaces): Promise<AuditVerdict> {
  try {
    return await verdictOn(places);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('not_allowed', 'The audit log cannot be read.', {
      hint: `Check the folder ${places.folder}.`,
      retry: 'no',
      cause: error,
    });
  }
}

async function verdictOn(places: AuditPlaces): Promise<AuditVerdict> {
  const { head, rotated, current, size } = await snapshot(places);
  try {
    const check = new ChainCheck(chainStart, head === 'damaged' ? undefined : head);
    await putAside(check, places, rotated, head);
    const lines = current ? await read(check, current, size, currentName) : 0;
    check.finish({ file: currentName, line: lines });
    if (head === 'damaged') check.report({ file: shownName(places.headPath), line: 0 }, 'The head is damaged.');
    else if (head === undefined && (check.records > 0 || lines > 0))
      check.report(
        { file: shownName(places.headPath), line: 0 },
        'The head is missing; what was cut off the end cannot be told.',
      );
    const { records, problems, torn, unended } = check;
    return { ok: problems.length === 0, records, problems, torn, unended };
  } finally {
    await current?.close();
  }
}

async function snapshot(places: AuditPlaces): Promise<Snapshot> {
  const look = async (): Promise<Snapshot> => {
    const head = await readHead(places.headPath);
    const rotated = await rotatedNumbers(places.folder);
    const current = await openLog(join(places.folder, currentName));
    return { head, rotated, current, size: current ? (await current.stat()).size : 0 };
  };
  if (await exists(dirname(lockPath(places)))) return await new FileLock(lockPath(places)).hold(look);
  return { head: await readHead(places.headPath), rotated: [], current: undefined, size: 0 };
}

/** The files that were put aside. One that is gone is a finding of its own. */
async function putAside(
  check: ChainCheck,
  { folder }: AuditPlaces,
  rotated: readonly number[],
  head: Snapshot['head'],
): Promise<void> {
  const known = head === undefined || head === 'damaged' ? 0 : head.rotated;
  const newest = Math.max(known, rotated.at(-1) ?? 0);
  for (let number = 1; number <= newest; number++) {
    const file = rotatedName(number);
    const handle = rotated.includes(number) ? await openLog(join(folder, file)) : undefined;
    try {
      if (handle === undefined) check.report({ file, line: 0 }, 'Removed: the file is missing.');
      else await read(check, handle, (await handle.stat()).size, file);
    } finally {
      await handle?.close();
    }
  }
}

/** How many whole lines there were. */
async function read(check: ChainCheck, handle: FileHandle, size: number, file: string): Promise<number> {
  let line = 0;
  for await (const { bytes, whole } of linesOf(handle, size)) {
    line++;
    if (whole) await check.line({ file, line }, bytes);
    else if (file === currentName) check.unfinished({ file, line });
    else check.report({ file, line }, 'Truncated: the file ends within a line.');
  }
  return line;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
