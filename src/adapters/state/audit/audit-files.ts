import { constants } from 'node:fs';
import { type FileHandle, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../../core/canonical-json.js';
import type { ChainHead } from '../../../core/audit/chain.js';
import { openPrivate, readPrivate, writePrivate } from '../private-files.js';

/** Where an audit log is. */
export interface AuditPlaces {
  readonly folder: string;
  /** The newest place of the chain, kept where an accident with the folder does not reach it. */
  readonly headPath: string;
}

/** The file that is being written. */
export const currentName = 'audit.jsonl';
const rotatedPattern = /^audit-(\d{6,})\.jsonl$/;
const headSchema = z.strictObject({
  seq: z.int().min(0),
  chain: z.string().regex(/^[0-9a-f]{64}$/),
  rotated: z.int().min(0),
});

const newline = 10;
const tailBytes = 64 * 1024;

export function rotatedName(number: number): string {
  return `audit-${String(number).padStart(6, '0')}.jsonl`;
}

/** The numbers of the files that were put aside, in their order. */
export async function rotatedNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => Number(rotatedPattern.exec(name)?.[1] ?? [])).sort((a, b) => a - b);
}

/** The lock's name; `.lock` is added to it. */
export function lockPath({ folder }: AuditPlaces): string {
  return join(folder, currentName);
}

/** The kept head: undefined where there is none, `damaged` where it is not as it was written. */
export async function readHead(path: string): Promise<ChainHead | 'damaged' | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  try {
    return headSchema.parse(JSON.parse(text));
  } catch {
    return 'damaged';
  }
}

export async function writeHead(path: string, head: ChainHead): Promise<void> {
  // Where there is one before, it will do: the log may be ahead of it.
  await writePrivate(path, `${canonicalJson(head)}\n`, head.seq === 0 ? 'new' : 'either');
}

/** A file's last whole line, and what stands after its newline. */
export interface Tail {
  readonly size: number;
  readonly line: Uint8Array | undefined;
  readonly fragment: Uint8Array;
}

export async function tailOf(handle: FileHandle): Promise<Tail> {
  const { size } = await handle.stat();
  for (let length = Math.min(size, tailBytes); ; length = Math.min(size, 2 * length)) {
    const bytes = await readAt(handle, size - length, length);
    const last = bytes.lastIndexOf(newline);
    const before = last > 0 ? bytes.lastIndexOf(newline, last - 1) : -1;
    if (before === -1 && length < size) continue;
    return {
      size,
      line: last === -1 ? undefined : bytes.subarray(before + 1, last),
      fragment: bytes.subarray(last + 1),
    };
  }
}

/** Each line of the first `size` bytes without its newline, and at last what stands after the last newline. */
export async function* linesOf(
  handle: FileHandle,
  size: number,
): AsyncGenerator<{ bytes: Uint8Array; whole: boolean }> {
  let rest: Uint8Array[] = [];
  for (let at = 0; at < size;) {
    const block = await readAt(handle, at, Math.min(tailBytes, size - at));
    if (block.length === 0) break;
    at += block.length;
    let from = 0;
    for (let to = block.indexOf(newline); to !== -1; to = block.indexOf(newline, from)) {
      yield { bytes: Buffer.concat([...rest, block.subarray(from, to)]), whole: true };
      rest = [];
      from = to + 1;
    }
    if (from < block.length) rest.push(block.subarray(from));
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), whole: false };
}

/** Opens a file of the log to read it; undefined where there is none. */
export function openLog(path: string): Promise<FileHandle | undefined> {
  return openPrivate(path, constants.O_RDONLY);
}

/** A file of the log as findings name it. */
export function shownName(path: string): string {
  return basename(path);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
