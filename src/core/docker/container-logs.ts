import { msOfIso } from '../iso-time.js';
import { enginePath, type DockerPiece, type DockerStream } from './request.js';

/** A line that a container wrote, with the time at which the engine took it. */
export interface LogLine {
  /** Seconds and nanoseconds since 1970, `1700000000.123456789`: as text they compare as in time. */
  readonly at: string;
  readonly from: 'stdout' | 'stderr';
  /** Not to be trusted. */
  readonly message: string;
}

/** Where a reading stopped: the time of the last line, and how many lines of just that time had come by then. */
export interface LogPosition {
  readonly at: string;
  readonly count: number;
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/;

/** Reads a line as the engine gives it with `timestamps`; undefined for the rest of one that was cut. */
export function logLine({ from, text }: DockerPiece): LogLine | undefined {
  const match = stamp.exec(text);
  const seconds = match === null ? undefined : msOfIso(`${match[1] ?? ''}${match[3] ?? ''}`);
  if (match === null || seconds === undefined || seconds < 0) return undefined;
  const at = `${String(seconds / 1000).padStart(10, '0')}.${(match[2] ?? '').padEnd(9, '0')}`;
  // A line of more than 16 KiB comes in parts, each with the stamp of the first.
  const message = text.slice(match[0].length).replaceAll(match[0], '');
  return { at, from: from === 'stderr' ? 'stderr' : 'stdout', message };
}

const positionPattern = /^(\d{10}\.\d{9}):(\d{1,6})$/;

/** A position as an answer bears it. */
export const positionText = ({ at, count }: LogPosition): string => `${at}:${count}`;

/** The same read back; undefined for what is none. */
export function logPosition(text: string): LogPosition | undefined {
  const match = positionPattern.exec(text);
  return match === null ? undefined : { at: match[1] ?? '', count: Number(match[2]) };
}

/** Milliseconds since 1970 of a line's time. */
export const msOfStamp = (at: string): number => Math.trunc(Number(at.slice(0, -6)) * 1000 + 0.5);

/**
 * Lines of the two streams are stamped before they are put in order, so one may come after a line that is stamped later. From this much
 * before a position on is read again, and what had come already is passed over.
 */
const overlapMs = 2000;

/** The stream of a container's lines: the last so many, or all since a time. */
export function logStream(
  container: string,
  { tty, tail, sinceMs }: { readonly tty: boolean; readonly tail?: number; readonly sinceMs?: number | undefined },
): DockerStream {
  const query = {
    stdout: 'true',
    stderr: 'true',
    timestamps: 'true',
    tail: tail === undefined ? 'all' : String(tail),
    ...(sinceMs !== undefined && { since: (Math.max(0, sinceMs) / 1000).toFixed(3) }),
  };
  return { name: 'logs', path: enginePath('containers', container, 'logs'), query, as: 'output', ...(tty && { tty }) };
}

/** From where on the lines after a position are to be read. */
export const beforePosition = ({ at }: LogPosition): number => msOfStamp(at) - overlapMs;

export interface LogWish {
  readonly limit: number;
  /** Plain text to look for, in any case. */
  readonly grep?: string | undefined;
  readonly from: 'stdout' | 'stderr' | 'both';
  /** Lines after it, the oldest first; else the newest. */
  readonly after?: LogPosition | undefined;
  /** The engine does not have the line of that position any more: all that was written later counts. */
  readonly lost?: boolean;
}

/** Looked through in one call after a position, at most. */
export const mostLines = 50_000;

/** A line that was kept, and the position just behind it. */
export interface KeptLine extends LogLine {
  readonly position: LogPosition;
}

/** Takes lines as they come, and keeps those that are asked for. */
export class LogReading {
  readonly #wish: LogWish;
  readonly #counts = new Map<string, number>();
  #kept: KeptLine[] = [];
  #position: LogPosition | undefined;
  #passed: boolean;
  #first: string | undefined;
  #lookedAt = 0;
  #matched = 0;
  #full = false;

  constructor(wish: LogWish) {
    this.#wish = wish;
    this.#passed = wish.after === undefined;
  }

  /** One more line, in the engine's order. */
  take(line: LogLine): 'more' | 'enough' {
    const { limit, grep, from, after, lost = false } = this.#wish;
    const position = { at: line.at, count: (this.#counts.get(line.at) ?? 0) + 1 };
    this.#counts.set(line.at, position.count);
    this.#first ??= line.at;
    if (!this.#passed && after !== undefined) {
      this.#passed = lost ? line.at > after.at : line.at === after.at && position.count >= after.count;
      if (!lost || !this.#passed) return 'more';
    }
    this.#lookedAt++;
    this.#position = position;
    const fits =
      (from === 'both' || line.from === from) &&
      (grep === undefined || line.message.toLowerCase().includes(grep.toLowerCase()));
    if (fits) {
      this.#matched++;
      this.#kept.push({ ...line, position });
    }
    if (after === undefined && this.#kept.length > 2 * limit) this.#kept = this.#kept.slice(-limit);
    this.#full = after !== undefined && (this.#kept.length >= limit || this.#lookedAt >= mostLines);
    return this.#full ? 'enough' : 'more';
  }

  /** Whether the position to begin at came by; where not, the engine does not have that line any more. */
  get passed(): boolean {
    return this.#passed;
  }

  /** What was found. `full`: it stopped by itself, and more lines may follow. */
  get found(): {
    readonly lines: readonly KeptLine[];
    readonly matched: number;
    readonly lookedAt: number;
    readonly full: boolean;
    /** Behind the last line that came. */
    readonly position: LogPosition | undefined;
    /** The time of the first line that came. */
    readonly first: string | undefined;
  } {
    const lines = this.#wish.after === undefined ? this.#kept.slice(-this.#wish.limit) : this.#kept;
    return {
      lines,
      matched: this.#matched,
      lookedAt: this.#lookedAt,
      full: this.#full,
      position: this.#position,
      first: this.#first,
    };
  }
}
