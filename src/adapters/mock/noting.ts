import { endedBadly, type Ended } from './ended.js';
import { mapStrings } from './map-strings.js';
import type { Request } from './request.js';
import type { Clean } from './values.js';

interface Form<T> {
  /** The answer as plain data; as it is, without secrets, where absent. */
  readonly toJson?: (value: T) => unknown;
  /** What came before the answer, however the request ended. */
  readonly lines?: () => string[];
}

/** Writes down how the requests to one device ended, without secrets. */
export class Noting {
  readonly note: (request: Request, ended: Ended) => void;
  readonly clean: Clean;

  constructor(note: (request: Request, ended: Ended) => void, clean: Clean) {
    this.note = note;
    this.clean = clean;
  }

  /** Does some work and notes its end. */
  async noted<T>(request: Request, signal: AbortSignal, work: () => Promise<T>, form: Form<T> = {}): Promise<T> {
    const { toJson = (value: T) => mapStrings(value, this.clean), lines } = form;
    const before = (): Ended => (lines === undefined ? {} : { lines: lines() });
    try {
      const value = await work();
      this.note(request, { ...before(), answer: toJson(value) });
      return value;
    } catch (error) {
      this.ended(request, error, signal, before());
      throw error;
    }
  }

  /** Notes that a request was rejected, where a replay shall do the same. */
  ended(request: Request, error: unknown, signal: AbortSignal, also: Ended = {}): void {
    const ended = endedBadly(error, signal, this.clean);
    if (ended !== undefined) this.note(request, { ...also, ...ended });
  }
}
