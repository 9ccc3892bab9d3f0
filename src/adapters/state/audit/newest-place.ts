import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ChainCheck } from '../../../core/audit/chain-check.js';
import { type ChainHead, type ChainLink, chainStart, claimedLink, recordOf } from '../../../core/audit/chain.js';
import { Failure } from '../../../core/errors.js';
import {
  type AuditPlaces,
  currentName,
  linesOf,
  openLog,
  readHead,
  rotatedName,
  rotatedNumbers,
  tailOf,
  writeHead,
} from './audit-files.js';

/**
 * After which place the next record goes. Where log and head are at odds it is the head, so that what was cut off or rewritten
 * stays visible as a gap; unless the log is ahead by records that follow from the head: then a server died between the two.
 */
export async function newestPlace(
  places: AuditPlaces,
  current: FileHandle,
  lastLine: Uint8Array | undefined,
): Promise<{ place: ChainHead; headMissing: boolean }> {
  const head = await readHead(places.headPath);
  if (head === undefined || head === 'damaged') return await withoutHead(places, lastLine);
  const claimed = lastLine === undefined ? head : claimedLink(lastLine);
  if (claimed?.seq === head.seq && claimed.chain === head.chain) return { place: head, headMissing: false };
  return { place: { ...head, ...(await followed(current, head)) }, headMissing: false };
}

/** The end of the current file, if it follows from the head. */
async function followed(current: FileHandle, head: ChainHead): Promise<ChainLink | undefined> {
  const check = new ChainCheck(undefined, head);
  const { size } = await current.stat();
  let line = 0;
  for await (const { bytes, whole } of linesOf(current, size))
    if (whole) await check.line({ file: currentName, line: ++line }, bytes);
  check.finish({ file: currentName, line });
  const { last } = check;
  return check.followsHead && last ? { seq: last.seq, chain: last.chain } : undefined;
}

async function withoutHead(
  places: AuditPlaces,
  lastLine: Uint8Array | undefined,
): Promise<{ place: ChainHead; headMissing: boolean }> {
  const rotated = (await rotatedNumbers(places.folder)).at(-1) ?? 0;
  const line = lastLine ?? (rotated > 0 ? await lastLineOf(join(places.folder, rotatedName(rotated))) : undefined);
  if (line === undefined && rotated === 0) {
    // Written before the first record: so a log with records and no head has lost it.
    const place = { ...chainStart, rotated };
    await writeHead(places.headPath, place);
    return { place, headMissing: false };
  }
  const record = line && (await recordOf(line));
  if (record) return { place: { seq: record.seq, chain: record.chain, rotated }, headMissing: true };
  throw new Failure('not_allowed', 'The audit log is damaged at its end, and its head is missing.', {
    hint: `Run jetfleet audit verify, then move the folder ${places.folder} away: a new log begins.`,
    retry: 'no',
  });
}

async function lastLineOf(path: string): Promise<Uint8Array | undefined> {
  const handle = await openLog(path);
  try {
    return handle && (await tailOf(handle)).line;
  } finally {
    await handle?.close();
  }
}
