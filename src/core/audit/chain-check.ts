import { recordOf, type ChainLink } from './chain.js';
import type { AuditRecord } from './entry.js';
import { type UnendedCall, UnendedCalls } from './unended-calls.js';

/** A line of the log. */
export interface LogPlace {
  readonly file: string;
  /** Counted from 1; 0 where the file as a whole is meant. */
  readonly line: number;
}

/** Something in the log that jetfleet did not leave so. */
export interface LogProblem extends LogPlace {
  readonly what: string;
}

/** What a check of the whole log found. */
export interface AuditVerdict {
  readonly ok: boolean;
  /** Records that are as they were written. */
  readonly records: number;
  readonly problems: readonly LogProblem[];
  /**
   * Where dying servers left a line unfinished: the line itself, or the record that notes it. What such lines announced did not
   * run; they are no sign of tampering.
   */
  readonly torn: readonly LogPlace[];
  /** The calls whose end was not seen: what ran is known from their last steps, and from the device. */
  readonly unended: readonly UnendedCall[];
}

/** Follows the chain line by line, and goes on after what is wrong. Give it all lines in order, then `finish`. */
export class ChainCheck {
  readonly problems: LogProblem[] = [];
  readonly torn: LogPlace[] = [];
  records = 0;
  readonly #calls = new UnendedCalls();
  readonly #head: ChainLink | undefined;
  #last: ChainLink | undefined;
  #follows = false;
  /** Lines since the last record that are none; a record may have stood in each. */
  #unreadable = 0;

  /** `start` is where the first line must follow; without it, the first record is believed. */
  constructor(start: ChainLink | undefined, head: ChainLink | undefined) {
    this.#last = start;
    this.#head = head;
  }

  /** The newest record that was read. */
  get last(): ChainLink | undefined {
    return this.#last;
  }

  /** The calls whose end is not among the records that were read. */
  get unended(): readonly UnendedCall[] {
    return this.#calls.list();
  }

  /** Whether the log runs without a fault from the head to its end. */
  get followsHead(): boolean {
    return this.#follows;
  }

  /** The next line, without its newline. */
  async line(place: LogPlace, bytes: Uint8Array): Promise<void> {
    const record = await recordOf(bytes);
    if (record) this.#take(record, place);
    else {
      this.#unreadable++;
      this.report(place, 'Altered: not a record as it was written.');
    }
  }

  /** What stands after the last newline: a line that was never finished. */
  unfinished(place: LogPlace): void {
    this.torn.push(place);
  }

  /** A fault that is seen from outside the lines. */
  report(place: LogPlace, what: string): void {
    this.#follows = false;
    this.problems.push({ file: place.file, line: place.line, what });
  }

  /** All lines were given; `end` is where the next one would stand. */
  finish(end: LogPlace): void {
    const seq = this.#last?.seq ?? 0;
    if (this.#head && seq < this.#head.seq)
      this.report(end, `Truncated: ${missing(seq + 1, this.#head.seq)} at the end.`);
  }

  #take(record: AuditRecord, place: LogPlace): void {
    this.records++;
    this.#compare(record, place);
    if (record.seq <= (this.#last?.seq ?? 0)) return;
    this.#calls.take(record);
    this.#last = record;
    this.#unreadable = 0;
    const head = this.#head;
    if (head?.seq === record.seq) {
      if (head.chain === record.chain) this.#follows = true;
      else this.report(place, `Altered: record ${record.seq} is another than the one that was written.`);
    } else if (head?.seq === record.seq - 1 && head.chain === record.prev) this.#follows = true;
  }

  #compare(record: AuditRecord, place: LogPlace): void {
    const { seq, prev } = record;
    if (record.event === 'torn_line') this.torn.push(place);
    if (record.event === 'head_missing')
      this.report(
        place,
        `The head was missing when record ${seq} was written; what was cut off before it cannot be told.`,
      );
    const last = this.#last;
    if (last === undefined) return;
    if (seq === last.seq) this.report(place, `Duplicated: a second record ${seq}.`);
    else if (seq < last.seq) this.report(place, `Reordered: record ${seq} stands after record ${last.seq}.`);
    else if (seq > last.seq + 1 + this.#unreadable)
      this.report(place, `Removed: ${missing(last.seq + 1 + this.#unreadable, seq - 1)} before it.`);
    else if (seq === last.seq + 1 && prev !== last.chain)
      this.report(place, `Altered: record ${seq} does not follow from the record before it.`);
  }
}

function missing(from: number, to: number): string {
  return from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`;
}
