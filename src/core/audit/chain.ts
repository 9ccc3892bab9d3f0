import { canonicalJson } from '../canonical-json.js';
import { sha256 } from '../sha256.js';
import type { AuditEntry, AuditNote, AuditRecord } from './entry.js';

/** A place in the chain: number and hash of a record. */
export interface ChainLink {
  readonly seq: number;
  readonly chain: string;
}

/** The place before the first record. */
export const chainStart: ChainLink = { seq: 0, chain: '0'.repeat(64) };

/** The newest place, as it is kept apart from the log, with the number of files that were put aside until then. */
export interface ChainHead extends ChainLink {
  readonly rotated: number;
}

/** The record of an entry that follows a place. `at` is ISO 8601 in UTC. */
export async function recordAfter(link: ChainLink, entry: AuditEntry | AuditNote, at: string): Promise<AuditRecord> {
  const body = { ...entry, seq: link.seq + 1, at, prev: link.chain };
  return { ...body, chain: await sha256(canonicalJson(body)) };
}

/** A record as its line in the log, without the newline. */
export function lineOf(record: AuditRecord): string {
  return canonicalJson(record);
}

/** The record of a line; undefined unless the line is to the byte what `lineOf` made and holds its own hash. */
export async function recordOf(line: Uint8Array): Promise<AuditRecord | undefined> {
  const value = parsed(line);
  if (value === undefined) return undefined;
  const { chain, ...body } = value;
  if (!Number.isSafeInteger(value['seq']) || typeof value['prev'] !== 'string') return undefined;
  return chain === (await sha256(canonicalJson(body))) ? (value as unknown as AuditRecord) : undefined;
}

/** The place that a line claims to be at, unchecked; undefined where it claims none. */
export function claimedLink(line: Uint8Array): ChainLink | undefined {
  const { seq, chain } = parsed(line) ?? {};
  return typeof seq === 'number' && typeof chain === 'string' ? { seq, chain } : undefined;
}

function parsed(line: Uint8Array): Record<string, unknown> | undefined {
  try {
    // Bytes that are no UTF-8 must not pass as the character that replaces them.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    return canonicalJson(value) === text ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
