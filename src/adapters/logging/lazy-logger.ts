import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Logger, type LogLevel, logLevels } from '../../ports/logger.js';

export interface LazyLoggerOptions {
  readonly level: LogLevel;
  /** Takes secrets out of a finished line. */
  readonly redact: (text: string) => string;
  readonly stream: Writable;
}

interface Event {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: unknown;
}

interface Sink {
  log(event: Event): void;
}

/** A logger that loads winston when there is something to say, because start-up is a budget. Order is kept. */
export class LazyLogger implements Logger {
  readonly #options: LazyLoggerOptions;
  #waiting: Event[] = [];
  #sink: Sink | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: LazyLoggerOptions) {
    this.#options = options;
  }

  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    if (logLevels.indexOf(level) > logLevels.indexOf(this.#options.level)) return;
    const event = { level, message, ...(fields !== undefined && { fields }) };
    if (this.#sink !== undefined) {
      this.#sink.log(event);
      return;
    }
    this.#waiting.push(event);
    this.#loading ??= this.#load();
  }

  /** Resolves when everything said so far was handed to the stream. */
  async flush(): Promise<void> {
    await this.#loading;
    await new Promise<void>((resolve) => void this.#options.stream.write('', () => resolve()));
  }

  /** The last words of a crash: redacted, and written before this returns. */
  lastWords(message: string, error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const held = this.#waiting.map((event) => `${event.level} ${event.message}`);
    const text = [...held, `error ${message} ${JSON.stringify({ stack })}`].join('\n');
    writeSync(2, `${this.#options.redact(text)}\n`);
  }

  async #load(): Promise<void> {
    const { winstonLogger } = await import('./winston-logger.js');
    const { level, redact, stream } = this.#options;
    this.#sink = winstonLogger(level, redact, stream);
    for (const event of this.#waiting) this.#sink.log(event);
    this.#waiting = [];
  }
}
