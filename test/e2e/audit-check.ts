import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditRecord } from '../../src/core/audit/entry.js';
import { redactedMark } from '../../src/core/redact.js';
import type { Reply } from '../../src/core/reply/reply.js';
import { expandNames } from '../../src/core/selector/names.js';

/** A call of a changing tool, and how it ended for its client. */
export interface Noted {
  readonly tool: string;
  readonly args: unknown;
  /** `none`: the program or the client went before there was an answer. `asked`: the answer was a question to the person. */
  readonly end: 'reply' | 'asked' | 'protocol error' | 'none';
  /** Absent where only the exit code was seen. */
  readonly reply?: Reply;
}

/** The records of a log, oldest first; a torn last line counts as none. */
export function recordsIn(folder: string): AuditRecord[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  // `audit-000001.jsonl` and so on stand before `audit.jsonl`.
  return names.sort().flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as AuditRecord),
  );
}

/** The calls that a log does not tell of as they went, in words. Every record stands for one call. */
export function missingFrom(folder: string, notes: readonly Noted[]): string[] {
  const records = recordsIn(folder);
  const left = new Set(records);
  const missing: string[] = [];
  for (const note of notes) {
    // The session did not have the tool; or nobody saw an end: then the record alone tells, and nothing can contradict it.
    if (note.end === 'protocol error' || note.end === 'none' || 'cursor' in Object(note.args)) continue;
    const found = records.filter((record) => left.has(record)).find((record) => tellsOf(record, note, records));
    // What is told of a call's other devices, or what led to its end, stands for no further call.
    if (found) for (const each of left) if (each === found || isOfSameCall(each, found)) left.delete(each);
    if (found === undefined)
      missing.push(
        `${note.tool} ${JSON.stringify(note.args).slice(0, 200)} was answered ${JSON.stringify(note.reply?.summary ?? note.end)}`,
      );
  }
  return missing;
}

const isOfSameCall = (each: AuditRecord, found: AuditRecord): boolean =>
  'id' in each && 'id' in found && each.id === found.id && each.seq <= found.seq;

function tellsOf(record: AuditRecord, { tool, args, end, reply }: Noted, records: readonly AuditRecord[]): boolean {
  if (!('tool' in record) || record.tool !== tool || record.asker.user === '' || record.asker.client === '')
    return false;
  const planned = record.event === 'planned' && argumentsAre(record.arguments, args);
  const refused = record.event === 'refused' && argumentsAre(record.arguments, args);
  if (end === 'asked') return planned;
  if (reply === undefined) return planned || refused || (record.event === 'ended' && beganWith(record, args, records));
  const { ok, failed, unfinished = 0 } = reply.summary;
  const named = new Set(namesIn(reply));
  const areNamed = (names: readonly string[]): boolean =>
    reply.nextCursor !== undefined || named.size === 0 || names.every((name) => named.has(name));
  if ((args as { plan?: boolean }).plan === true && ok > 0) {
    const devices = record.event === 'planned' ? record.plans.flatMap((each) => each.devices) : [];
    return planned && devices.length === ok && areNamed(devices);
  }
  if (record.event === 'ended') {
    const kinds = new Set((reply.failures ?? []).map(({ kind }) => kind));
    return (
      beganWith(record, args, records) &&
      record.ok.length === ok &&
      record.unfinished.length === unfinished &&
      record.failed.length <= failed &&
      areNamed([...record.ok, ...record.unfinished, ...record.failed.map(({ device }) => device)]) &&
      (reply.nextCursor !== undefined || record.failed.every(({ kind }) => kinds.has(kind as never)))
    );
  }
  const messages = (reply.failures ?? []).map(({ message }) => message);
  if (record.event !== 'refused' || !areNamed(record.devices)) return false;
  return ok + unfinished === 0 && refused && (failed === 0 || messages.some((message) => same(record.why, message)));
}

function beganWith(ended: AuditRecord, args: unknown, records: readonly AuditRecord[]): boolean {
  return records.some(
    (each) =>
      each.event === 'began' &&
      'id' in ended &&
      each.id === ended.id &&
      each.seq < ended.seq &&
      argumentsAre(each.arguments, args),
  );
}

function namesIn({ groups = [], failures = [], unfinished = [], plan }: Reply): string[] {
  const lists = [...groups, ...failures, ...unfinished, ...(plan?.steps ?? [])].map(({ devices }) => devices);
  return lists.flat().flatMap((name) => expandNames(name));
}

/** Arguments of the runner: the log has the devices that came of them, and what was done. */
const runners = ['selector', 'detail', 'cursor', 'plan', 'token'];

function argumentsAre(recorded: unknown, given: unknown): boolean {
  if (given === null || typeof given !== 'object') return true;
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => !runners.includes(key)));
  if (typeof recorded !== 'string') return tells(recorded, own);
  // Arguments that the tool did not take are recorded as text.
  try {
    return tells(JSON.parse(recorded), own);
  } catch {
    return same(recorded, JSON.stringify(given));
  }
}

/** Whether what was recorded is what was given; defaults may have been added. */
function tells(recorded: unknown, given: unknown): boolean {
  // Some values are never recorded, whatever they are.
  if (recorded === redactedMark) return true;
  if (typeof given === 'string') return typeof recorded === 'string' && same(recorded, given);
  if (Array.isArray(given))
    return (
      Array.isArray(recorded) && recorded.length === given.length && given.every((each, i) => tells(recorded[i], each))
    );
  if (given === null || typeof given !== 'object') return recorded === given;
  if (recorded === null || typeof recorded !== 'object') return false;
  return Object.entries(given).every(([key, value]) => tells((recorded as Record<string, unknown>)[key], value));
}

/** Whether a recorded text is the given one, cleaned, shortened or without its secrets. */
function same(recorded: string, given: string): boolean {
  const [before = '', length] = recorded.split(/… \((\d+) characters\)$/);
  if (length !== undefined) return before.includes(redactedMark) || given.startsWith(before.slice(0, 100));
  if (recorded === given || recorded.includes(redactedMark)) return true;
  const plain = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');
  return plain(recorded) === plain(given);
}
